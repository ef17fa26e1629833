// vaecomp info: what a stream says of itself, and where its bytes go.
#include <cstdio>
#include <memory>

#include "tools/vaecomp/commands.h"
#include "tools/vaecomp/comparable.h"
#include "tools/vaecomp/input.h"
#include "tools/vaecomp/json.h"
#include "tools/vaecomp/output.h"

namespace vaecomp {
namespace {

constexpr std::size_t kVersionOffset = 4;  // SPEC.md section 1

struct Facts {
  std::string name;
  StreamInfo stream;
  int version = 0;
  double bits_per_pixel = 0;
  std::optional<Model> model;  // the one the stream was made with, if it is at hand
};

std::string as_json(const Facts& facts) {
  const StreamHeader& header = facts.stream.header;
  JsonWriter json;
  json.begin_object();
  json.field("file", facts.name);
  json.field("version", facts.version);
  json.field("width", header.width).field("height", header.height);
  json.field("grey", header.grey());
  json.field("bits", header.is_16_bit() ? 16 : 8);
  json.field("alpha", facts.stream.alpha_bytes > 0);
  json.field("quality", header.quality);
  json.key("beta");
  if (facts.model) {
    json.value(1 / facts.model->lambda(header.quality));
  } else {
    json.null();
  }
  json.field("model", model_id_text(header.model_id));
  json.field("model_known", facts.model.has_value());
  json.key("bytes").begin_object();
  json.field("total", facts.stream.total_bytes);
  json.field("latents", facts.stream.latents_bytes);
  json.field("alpha", facts.stream.alpha_bytes);
  json.field("metadata", facts.stream.metadata_bytes);
  json.field("overhead", facts.stream.overhead_bytes);
  json.end_object();
  json.field("bits_per_pixel", facts.bits_per_pixel);
  json.end_object();
  return json.text();
}

std::string line(const char* label, const std::string& text) {
  char padded[24];
  std::snprintf(padded, sizeof padded, "%-12s", label);
  return padded + text + "\n";
}

std::string number(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string as_text(const Facts& facts) {
  const StreamHeader& header = facts.stream.header;
  std::string quality = std::to_string(header.quality);
  std::string model = model_id_text(header.model_id);
  if (facts.model) {
    quality += number(" (beta %.4g)", 1 / facts.model->lambda(header.quality));
    model += " (" + card_entry(*facts.model, "name") + ")";
  } else {
    model += " (not at hand: name it with --model)";
  }
  std::string text = line("file", facts.name);
  text += line("version", std::to_string(facts.version));
  text += line("size", size_text(static_cast<int>(header.width), static_cast<int>(header.height),
                                 header.grey(), header.is_16_bit() ? 16 : 8,
                                 facts.stream.alpha_bytes > 0));
  text += line("quality", quality);
  text += line("model", model);
  text += line("bytes", std::to_string(facts.stream.total_bytes) +
                            number(" (%.4f bits per pixel)", facts.bits_per_pixel));
  text += line("  latents", std::to_string(facts.stream.latents_bytes));
  if (facts.stream.alpha_bytes > 0)
    text += line("  alpha", std::to_string(facts.stream.alpha_bytes));
  text += line("  metadata", std::to_string(facts.stream.metadata_bytes));
  text += line("  overhead", std::to_string(facts.stream.overhead_bytes));
  return printable(text);
}

}  // namespace

void add_info(CLI::App& app, Selected& selected) {
  CLI::App* command =
      app.add_subcommand("info", "Show a stream's size, quality, model and bytes by part");
  const auto args = std::make_shared<InfoArgs>();
  command->add_option("IN", args->input, "Stream to read; - for standard input")
      ->required()
      ->type_name("");
  command->add_flag("--json", args->json, "Write JSON");
  add_model_option(*command, args->model);
  command->footer("Examples:\n  vaecomp info photo.vaec\n  vaecomp info photo.vaec --json");
  command->callback([args, &selected] { selected.run = [args] { return run_info(*args); }; });
}

Status run_info(const InfoArgs& args) {
  Facts facts;
  facts.name = shown_name(args.input, false);
  const Result<Bytes> stream = read_input(args.input);
  if (!stream) return Failure{facts.name, stream.error()};
  // Nothing is decoded, so no size is too large to be told.
  const Result<StreamInfo> info =
      probe(*stream, {.max_pixels = kMaxPixelsOption, .max_side = kMaxSide});
  if (!info) return Failure{facts.name, info.error()};
  facts.stream = *info;
  facts.version = (*stream)[kVersionOffset];
  const double pixels = static_cast<double>(info->header.width) * info->header.height;
  facts.bits_per_pixel = 8.0 * static_cast<double>(info->total_bytes) / pixels;

  if (Status failed = load_model(args.model, facts.model)) return failed;
  if (facts.model->id() != info->header.model_id) facts.model.reset();
  return print(args.json ? as_json(facts) : as_text(facts));
}

}  // namespace vaecomp
