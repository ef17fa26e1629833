// CSV and JSON.
#include "tools/vaecomp/batch/batch_report.h"

#include <cstdio>

#include "tools/vaecomp/support/json.h"

namespace vaecomp {
namespace {

const char* status_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone:
      return "done";
    case Outcome::kExists:
    case Outcome::kLarger:
      return "skipped";
    case Outcome::kFailed:
      return "failed";
  }
  return "failed";
}

bool is_json(const std::string& path) { return path.ends_with(".json"); }

// Bits of the stream per pixel of the picture.
std::optional<double> bits_per_pixel(const FileResult& result) {
  if (result.pixels == 0 || result.stream_bytes == 0) return std::nullopt;
  return 8.0 * static_cast<double>(result.stream_bytes) / static_cast<double>(result.pixels);
}

std::string decimal(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : " | ") + text;
  return all;
}

// Empty for 0, which stands for "not known".
std::string count_field(std::uint64_t count) { return count == 0 ? "" : std::to_string(count); }

std::string as_csv(const std::vector<FileResult>& results) {
  std::string text =
      "input,output,status,error,pixels,input_bytes,output_bytes,bpp,quality,seconds,"
      "skipped,warnings\r\n";
  for (const FileResult& result : results) {
    const std::optional<double> bpp = bits_per_pixel(result);
    text += csv_field(result.input) + ',' + csv_field(result.output) + ',' +
            status_name(result.outcome) + ',' +
            csv_field(result.failure ? result.failure->error.message() : "") + ',' +
            count_field(result.pixels) + ',' + count_field(result.input_bytes) + ',' +
            count_field(result.output_bytes) + ',' + (bpp ? decimal(*bpp, 5) : "") + ',' +
            (result.quality ? std::to_string(*result.quality) : "") + ',' +
            decimal(result.seconds, 3) + ',' + csv_field(skip_reason(result)) + ',' +
            csv_field(joined(result.warnings)) + "\r\n";
  }
  return text;
}

void count_field(JsonWriter& json, const char* name, std::uint64_t count) {
  if (count == 0) {
    json.key(name).null();
  } else {
    json.field(name, count);
  }
}

template <typename T>
void optional_field(JsonWriter& json, const char* name, const std::optional<T>& content) {
  if (content) {
    json.field(name, *content);
  } else {
    json.key(name).null();
  }
}

std::string as_json(const std::vector<FileResult>& results) {
  JsonWriter json;
  json.begin_array();
  for (const FileResult& result : results) {
    json.begin_object();
    json.field("input", result.input).field("output", result.output);
    json.field("status", status_name(result.outcome));
    optional_field(json, "error",
                   result.failure ? std::optional(result.failure->error.message()) : std::nullopt);
    count_field(json, "pixels", result.pixels);
    count_field(json, "input_bytes", result.input_bytes);
    count_field(json, "output_bytes", result.output_bytes);
    optional_field(json, "bpp", bits_per_pixel(result));
    optional_field(json, "quality", result.quality);
    json.field("seconds", result.seconds);
    const std::string skipped = skip_reason(result);
    optional_field(json, "skipped", skipped.empty() ? std::nullopt : std::optional(skipped));
    json.key("warnings").begin_array();
    for (const std::string& warning : result.warnings) json.value(warning);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  return json.text();
}

}  // namespace

std::string skip_reason(const FileResult& result) {
  if (result.outcome == Outcome::kExists) return "exists";
  if (result.outcome != Outcome::kLarger) return {};
  return "larger (" + std::to_string(result.input_bytes) + " -> " +
         std::to_string(result.stream_bytes) + " bytes)";
}

Status check_report(const std::string& path) {
  if (path.empty() || path.ends_with(".csv") || is_json(path)) return std::nullopt;
  return usage_error("a report's name ends with .csv or .json", path);
}

std::string report_text(const std::string& path, const std::vector<FileResult>& results) {
  return is_json(path) ? as_json(results) : as_csv(results);
}

}  // namespace vaecomp
