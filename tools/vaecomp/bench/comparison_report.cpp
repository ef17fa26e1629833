// Medians, and their ratios to our first.
#include "tools/vaecomp/bench/comparison_report.h"

#include <cstdio>

#include "tools/vaecomp/support/json.h"
#include "tools/vaecomp/support/names.h"

namespace vaecomp {
namespace {

struct Cost {
  Spread wall, processor;
  double memory = 0;  // bytes
};

Cost cost_of(const std::vector<ChildRun>& runs) {
  std::vector<RunTime> times;
  std::vector<double> memory;
  for (const ChildRun& run : runs) {
    times.push_back(run.time);
    memory.push_back(static_cast<double>(run.memory));
  }
  return {spread_of(times, &RunTime::wall), spread_of(times, &RunTime::processor),
          spread_of(memory).median};
}

std::string cost_text(const char* work, const Cost& cost, const Cost& ours) {
  char text[128];
  std::snprintf(text, sizeof text, "  %s %7.3f s CPU (x %.2f) %6.1f MB (x %.2f)", work,
                cost.processor.median, cost.processor.median / ours.processor.median,
                cost.memory / 1e6, cost.memory / ours.memory);
  return text;
}

void add_cost(JsonWriter& json, std::string_view key, const Cost& cost, const Cost& ours) {
  json.key(key).begin_object();
  json.field("wall_seconds", cost.wall.median).field("cpu_seconds", cost.processor.median);
  json.field("least_cpu_seconds", cost.processor.least);
  json.field("most_cpu_seconds", cost.processor.most);
  json.field("peak_memory_bytes", cost.memory);
  json.field("cpu_ratio", cost.processor.median / ours.processor.median);
  json.field("memory_ratio", cost.memory / ours.memory);
  json.end_object();
}

}  // namespace

std::string comparison_as_text(const std::vector<PictureComparison>& pictures) {
  std::string text;
  for (const PictureComparison& picture : pictures) {
    text += (text.empty() ? "" : "\n") + quoted_name(picture.name) + ": " + picture.size + "\n";
    const CodecComparison& ours = picture.codecs.front();
    for (const CodecComparison& each : picture.codecs) {
      char line[128];
      std::snprintf(line, sizeof line, "%-16s %6.2f dB %9llu bytes", each.codec.name.c_str(),
                    each.psnr, static_cast<unsigned long long>(each.stream_bytes));
      text += line;
      text += cost_text("encode", cost_of(each.encodes), cost_of(ours.encodes));
      text += cost_text("decode", cost_of(each.decodes), cost_of(ours.decodes)) + "\n";
    }
  }
  return printable(text);
}

std::string comparison_as_json(const std::vector<PictureComparison>& pictures) {
  JsonWriter json;
  json.begin_object().key("pictures").begin_array();
  for (const PictureComparison& picture : pictures) {
    json.begin_object().field("file", picture.name);
    json.field("width", picture.width).field("height", picture.height);
    json.key("codecs").begin_array();
    const CodecComparison& ours = picture.codecs.front();
    for (const CodecComparison& each : picture.codecs) {
      json.begin_object().field("codec", each.codec.name).field("quality", each.quality);
      json.field("psnr", each.psnr).field("stream_bytes", each.stream_bytes);
      json.field("runs", each.encodes.size());
      add_cost(json, "encode", cost_of(each.encodes), cost_of(ours.encodes));
      add_cost(json, "decode", cost_of(each.decodes), cost_of(ours.decodes));
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.text();
}

}  // namespace vaecomp
