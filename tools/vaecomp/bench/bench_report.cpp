// Every number of the table has its unit beside it.
#include "tools/vaecomp/bench/bench_report.h"

#include <cstdio>

#include "tools/vaecomp/support/json.h"
#include "tools/vaecomp/support/names.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

template <typename... Args>
std::string formatted(const char* format, Args... args) {
  char line[256];
  std::snprintf(line, sizeof line, format, args...);
  return line;
}

std::string threads_text(int threads) {
  return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

double megapixels_per_second(const CodecMeasurement& measurement, double pixels) {
  return pixels / 1e6 / spread_of(measurement.runs, &RunTime::wall).median;
}

std::string line_of(const BenchReport& report, const CodecMeasurement& measurement, double pixels) {
  const Spread wall = spread_of(measurement.runs, &RunTime::wall);
  const Spread processor = spread_of(measurement.runs, &RunTime::processor);
  const std::string what =
      measurement.encodes() ? "encode -e " + std::to_string(measurement.effort) : "decode";
  std::string text =
      formatted("%-12s %-10s", what.c_str(), threads_text(measurement.threads).c_str());
  text += formatted(" %8.3f s (%.3f s .. %.3f s) %8.3f s CPU", wall.median, wall.least, wall.most,
                    processor.median);
  text += formatted(" %7.2f MP/s", megapixels_per_second(measurement, pixels));
  if (const auto rate = throughput(report, measurement, pixels)) {
    text += formatted(" %7.1f GMAC/s %4.0f %% of peak", rate->gmac_per_second,
                      100 * rate->share_of_peak);
  }
  if (measurement.memory) {
    const auto bytes = static_cast<double>(*measurement.memory);
    text += formatted(" %7.1f MB %6.1f B/px", bytes / 1e6, bytes / pixels);
  }
  return text + "\n";
}

void add_spread(JsonWriter& json, std::string_view key, const Spread& spread) {
  json.key(key).begin_object();
  json.field("median", spread.median).field("least", spread.least).field("most", spread.most);
  json.end_object();
}

void add_optional(JsonWriter& json, std::string_view key, std::optional<double> value) {
  json.key(key);
  if (value) {
    json.value(*value);
  } else {
    json.null();
  }
}

void add_measurement(JsonWriter& json, const BenchReport& report,
                     const CodecMeasurement& measurement, double pixels) {
  json.begin_object();
  json.field("work", measurement.encodes() ? "encode" : "decode");
  if (measurement.encodes()) json.field("effort", measurement.effort);
  json.field("threads", measurement.threads).field("runs", measurement.runs.size());
  json.field("stream_bytes", measurement.stream_bytes);
  add_spread(json, "wall_seconds", spread_of(measurement.runs, &RunTime::wall));
  add_spread(json, "cpu_seconds", spread_of(measurement.runs, &RunTime::processor));
  json.field("megapixels_per_second", megapixels_per_second(measurement, pixels));
  const auto rate = throughput(report, measurement, pixels);
  std::optional<double> gmac, share, bytes, bytes_per_pixel;
  if (rate) gmac = rate->gmac_per_second, share = rate->share_of_peak;
  if (measurement.memory) {
    bytes = static_cast<double>(*measurement.memory);
    bytes_per_pixel = *bytes / pixels;
  }
  add_optional(json, "gmac_per_second", gmac);
  add_optional(json, "share_of_peak", share);
  add_optional(json, "memory_bytes", bytes);
  add_optional(json, "memory_bytes_per_pixel", bytes_per_pixel);
  json.end_object();
}

}  // namespace

std::optional<Throughput> throughput(const BenchReport& report, const CodecMeasurement& measurement,
                                     double pixels) {
  if (!report.cost) return std::nullopt;
  for (const auto& [threads, peak] : report.peaks) {
    if (threads != measurement.threads) continue;
    const double floats = measurement.encodes() ? report.cost->floats : 0;
    const double all = measurement.encodes() ? report.cost->encode : report.cost->decode;
    const double at_peak = ((all - floats) / peak.exact + floats / peak.floats) * pixels / 1e9;
    return Throughput{
        .gmac_per_second = all * pixels / 1e9 / spread_of(measurement.runs, &RunTime::wall).median,
        .share_of_peak = at_peak / spread_of(measurement.runs, &RunTime::processor).median};
  }
  return std::nullopt;
}

std::string as_text(const BenchReport& report) {
  std::string text = "kernels  " + report.kernels + "\n";
  text += "model    " + report.model_id;
  if (!report.model_name.empty()) text += " (" + report.model_name + ")";
  text += "\nquality  " + std::to_string(report.quality) + "\n";
  for (const auto& [threads, peak] : report.peaks) {
    text += formatted("peak     %s: %.1f GMAC/s exact, %.1f GMAC/s float, each\n",
                      threads_text(threads).c_str(), peak.exact, peak.floats);
  }
  for (const PictureMeasurements& picture : report.pictures) {
    text += "\n" + quoted_name(picture.name) + ": " + picture.size + "\n";
    for (const CodecMeasurement& measurement : picture.measurements)
      text += line_of(report, measurement, picture.pixels());
  }
  return printable(text);
}

std::string as_json(const BenchReport& report) {
  JsonWriter json;
  json.begin_object();
  json.field("version", version()).field("kernels", report.kernels);
  json.field("model", report.model_id).field("quality", report.quality);
  json.key("peaks").begin_array();
  for (const auto& [threads, peak] : report.peaks) {
    json.begin_object().field("threads", threads);
    json.field("exact_gmac_per_cpu_second", peak.exact);
    json.field("float_gmac_per_cpu_second", peak.floats);
    json.end_object();
  }
  json.end_array();
  json.key("pictures").begin_array();
  for (const PictureMeasurements& picture : report.pictures) {
    json.begin_object().field("file", picture.name);
    json.field("width", picture.width).field("height", picture.height);
    json.key("measurements").begin_array();
    for (const CodecMeasurement& measurement : picture.measurements)
      add_measurement(json, report, measurement, picture.pixels());
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.text();
}

}  // namespace vaecomp
