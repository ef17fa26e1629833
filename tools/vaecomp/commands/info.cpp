// vaecomp info: what a stream says of itself, and where its bytes go.
#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>

#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/picture/comparable.h"
#include "tools/vaecomp/picture/metadata_kinds.h"
#include "tools/vaecomp/picture/replacing.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/json.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/values.h"
#include "vaecomp/study.hpp"

namespace vaecomp {
namespace {

// Bits of the entropy-coded section, known once its symbols are decoded.
struct SymbolBits {
  double hyper = 0;    // of the hyper latents: -log2 of their probabilities
  double latents = 0;  // of the latents
  double coder = 0;    // what the section has beyond: the coder's states and the streams' lengths
};

struct Facts {
  std::string name;
  StreamInfo stream;
  Metadata metadata;
  double bits_per_pixel = 0;
  std::optional<DecoderModel> model;  // the one the stream was made with, if it is at hand
  std::optional<SymbolBits> symbols;
};

// A number of JSON, or null.
template <typename T>
void add_field(JsonWriter& json, std::string_view name, const std::optional<T>& value) {
  json.key(name);
  if (value) {
    json.value(*value);
  } else {
    json.null();
  }
}

void add_bits(JsonWriter& json, const Facts& facts) {
  const auto part = [&](double SymbolBits::*member) -> std::optional<double> {
    if (!facts.symbols) return std::nullopt;
    return (*facts.symbols).*member;
  };
  json.key("bits_by_part").begin_object();
  json.field("total", 8 * facts.stream.total_bytes);
  add_field(json, "hyper_latents", part(&SymbolBits::hyper));
  add_field(json, "latents", part(&SymbolBits::latents));
  add_field(json, "coder", part(&SymbolBits::coder));
  json.field("pixels", 8 * facts.stream.pixels_bytes);
  json.field("alpha", 8 * facts.stream.alpha_bytes);
  json.field("patches", 8 * facts.stream.patches_bytes);
  json.field("filter", 8 * facts.stream.filter_bytes);
  json.field("colours", 8 * facts.stream.colours_bytes);
  json.field("metadata", 8 * facts.stream.metadata_bytes);
  json.field("overhead", 8 * facts.stream.overhead_bytes);
  json.end_object();
}

void add_metadata(JsonWriter& json, const Metadata& metadata) {
  json.key("metadata").begin_object();
  json.field("icc", metadata.icc.size()).field("exif", metadata.exif.size());
  json.field("xmp", metadata.xmp.size()).field("iptc", metadata.iptc.size());
  json.field("texts", metadata.text.size());
  json.key("display").begin_array();
  for (const PngChunk& chunk : metadata.display) json.value(chunk.type);
  json.end_array().end_object();
}

// The share of the picture that is exactly coded, by blocks.
double planes_share(const StreamInfo& stream) {
  if (stream.header.has_pixels()) return 1;
  const auto blocks = [](std::uint32_t side) { return (side + 15) / 16; };
  const double all =
      static_cast<double>(blocks(stream.header.width)) * blocks(stream.header.height);
  return static_cast<double>(stream.patches) / all;
}

std::string as_json(const Facts& facts) {
  const StreamHeader& header = facts.stream.header;
  JsonWriter json;
  json.begin_object();
  json.field("file", facts.name);
  json.field("version", int{kStreamVersion});  // the only one that is read
  json.field("width", header.width).field("height", header.height);
  json.field("grey", header.grey());
  json.field("neutral", header.neutral());
  json.field("bits", header.is_16_bit() ? 16 : 8);
  json.field("alpha", facts.stream.alpha);
  json.field("lossless", header.lossless());
  const double share = planes_share(facts.stream);
  json.field("exact_share", header.nearly_exact() ? 0 : share);
  json.field("nearly_exact_share", header.nearly_exact() ? share : 0);
  add_field(json, "quality", header.lossless() ? std::nullopt : std::optional<int>(header.quality));
  add_field(json, "beta",
            facts.model ? std::optional(1 / facts.model->lambda(header.quality)) : std::nullopt);
  add_field(json, "model",
            header.has_pixels() ? std::nullopt : std::optional(model_id_text(header.model_id)));
  json.field("model_known", facts.model.has_value());
  json.key("bytes").begin_object();
  json.field("total", facts.stream.total_bytes);
  json.field("latents", facts.stream.latents_bytes);
  json.field("pixels", facts.stream.pixels_bytes);
  json.field("alpha", facts.stream.alpha_bytes);
  json.field("patches", facts.stream.patches_bytes);
  json.field("filter", facts.stream.filter_bytes);
  json.field("colours", facts.stream.colours_bytes);
  json.field("metadata", facts.stream.metadata_bytes);
  json.field("overhead", facts.stream.overhead_bytes);
  json.end_object();
  add_bits(json, facts);
  add_metadata(json, facts.metadata);
  json.field("bits_per_pixel", facts.bits_per_pixel);
  json.key("checks").begin_object();
  json.field("checksum", "good").field("structure", "valid");
  json.field("model", facts.model ? "known" : "not at hand");
  json.field("symbols", facts.symbols ? "good" : "not decoded");
  json.end_object();
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
  if (header.has_pixels()) {
    quality = header.lossless() ? "lossless" : quality + ", nearly exact";
    model = "none is needed";
  } else if (facts.model) {
    quality += number(" (beta %.4g)", 1 / facts.model->lambda(header.quality));
    model += " (" + card_entry(*facts.model, "name") + ")";
  } else {
    model += " (not at hand: name it with --model)";
  }
  const char* const kind = header.neutral() ? "RGB, neutral" : header.grey() ? "grey" : "RGB";
  std::string text = line("file", quoted_name(facts.name));
  text += line("version", std::to_string(kStreamVersion));
  text += line("size", size_text(static_cast<int>(header.width), static_cast<int>(header.height),
                                 kind, header.is_16_bit() ? 16 : 8, facts.stream.alpha));
  text += line("quality", quality);
  text += line("model", model);
  text += line("bytes", std::to_string(facts.stream.total_bytes) +
                            number(" (%.4f bits per pixel)", facts.bits_per_pixel));
  const auto bytes = [](std::uint64_t n) { return std::to_string(n); };
  if (header.has_pixels()) {
    text += line("  pixels", bytes(facts.stream.pixels_bytes));
  } else {
    text += line("  latents", bytes(facts.stream.latents_bytes));
  }
  if (facts.symbols) {
    text += line("    hyper", number("%.1f", facts.symbols->hyper / 8));
    text += line("    latents", number("%.1f", facts.symbols->latents / 8));
    text += line("    coder", number("%.1f", facts.symbols->coder / 8));
  }
  if (facts.stream.alpha_bytes > 0) text += line("  alpha", bytes(facts.stream.alpha_bytes));
  if (facts.stream.patches_bytes > 0) {
    text += line("  patches",
                 bytes(facts.stream.patches_bytes) +
                     number(" (%.1f %% of the picture are ", 100 * planes_share(facts.stream)) +
                     (header.nearly_exact() ? "nearly exact)" : "exact)"));
  }
  if (facts.stream.filter_bytes > 0) text += line("  filter", bytes(facts.stream.filter_bytes));
  if (facts.stream.colours_bytes > 0)
    text += line("  colours", bytes(facts.stream.colours_bytes) + " (turned for the networks)");
  text += line("  metadata", bytes(facts.stream.metadata_bytes));
  text += line("  overhead", bytes(facts.stream.overhead_bytes));
  const std::string contents = metadata_text(facts.metadata);
  if (!contents.empty()) text += line("contents", contents);
  text += line("checks", std::string("checksum good, structure valid, symbols ") +
                             (facts.symbols ? "good" : "not decoded"));
  return printable(text);
}

// Writes a kind of metadata to where it is wanted.
Status extract(const InfoArgs& args, const Facts& facts) {
  const std::optional<Bytes> bytes = extracted(facts.metadata, args.extract);
  if (!bytes)
    return Failure{facts.name, {ErrorCode::kIo, "has no " + args.extract + " to extract"}};
  if (args.output == "-" && args.extract == "text")
    return print(printable({bytes->begin(), bytes->end()}));
  if (Status failed = check_output(args.output, args.input)) return failed;
  if (Status failed = check_named_output(args.output, Writes::kData, false)) return failed;
  return write_output(args.output, *bytes);
}

// Decodes the symbols, unless the model is missing, the picture too large or nobody wants it.
Status count_bits(const InfoArgs& args, ByteSpan stream, Facts& facts) {
  const StreamHeader& header = facts.stream.header;
  const std::uint64_t pixels = std::uint64_t{header.width} * header.height;
  if (!facts.model || args.headers_only || pixels > args.limits.max_pixels) return std::nullopt;
  DecodeOptions options;
  options.threads = args.threads;
  options.limits = args.limits;
  const Result<StudiedLatents> studied = decode_latents(*facts.model, stream, options);
  if (!studied) return Failure{facts.name, studied.error()};
  SymbolBits bits{.hyper = studied->total_hyper_bits(), .latents = studied->total_bits()};
  bits.coder = 8.0 * static_cast<double>(facts.stream.latents_bytes) - bits.hyper - bits.latents;
  facts.symbols = bits;
  return std::nullopt;
}

}  // namespace

void add_info(CLI::App& app, Selected& selected) {
  CLI::App* command =
      app.add_subcommand("info", "Show a stream's size, quality, model and bytes by part");
  const auto args = std::make_shared<InfoArgs>();
  command->add_option("IN", args->input, "Stream to read; - for standard input")
      ->required()
      ->type_name("");
  CLI::Option* json = command->add_flag("--json", args->json, "Write JSON");
  command->add_flag("--headers-only", args->headers_only,
                    "Decode no symbols: faster, but hyper latents and latents are not told apart");
  CLI::Option* extract =
      command
          ->add_option("--extract", args->extract,
                       "Write this kind of metadata instead, byte for byte; text as lines")
          ->transform(
              one_of("a kind to extract", {std::begin(kExtractedKinds), std::end(kExtractedKinds)}))
          ->excludes(json)
          ->type_name("KIND");
  command
      ->add_option("-o,--output", args->output, "File for what is extracted; - for standard output")
      ->needs(extract)
      ->type_name("OUT");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  command
      ->add_option("--max-pixels", args->limits.max_pixels, "Decode symbols of no larger pictures")
      ->transform(whole_number("a number of pixels", 1, kMaxPixelsOption))
      ->capture_default_str()
      ->type_name("N");
  add_max_metadata_option(*command, args->limits);
  command->footer(
      "A stream whose checksum or structure is not sound is an error, as for decode.\n"
      "To extract what a stream does not have is a failure, exit code 1.\n"
      "Examples:\n  vaecomp info photo.vaec\n  vaecomp info photo.vaec --json\n"
      "  vaecomp info photo.vaec --extract icc -o photo.icc");
  command->callback([args, &selected] { selected.run = [args] { return run_info(*args); }; });
}

Status run_info(const InfoArgs& args) {
  Facts facts;
  facts.name = shown_name(args.input, false);
  const Result<Bytes> stream = read_input(args.input);
  if (!stream) return Failure{facts.name, stream.error()};
  // No size is too large to be told.
  const Limits no_limits{.max_pixels = kMaxPixelsOption, .max_metadata = args.limits.max_metadata};
  const Result<StreamInfo> info = probe(*stream, no_limits);
  if (!info) return Failure{facts.name, info.error()};
  facts.stream = *info;
  if (Status failed = stream_metadata(facts.name, *stream, no_limits, facts.metadata))
    return failed;
  if (!args.extract.empty()) return extract(args, facts);
  const double pixels = static_cast<double>(info->header.width) * info->header.height;
  facts.bits_per_pixel = 8.0 * static_cast<double>(info->total_bytes) / pixels;

  if (!info->header.has_pixels()) {
    if (Status failed = load_model(args.model, facts.model)) return failed;
    if (facts.model->id() != info->header.model_id) facts.model.reset();
  }
  if (Status failed = count_bits(args, *stream, facts)) return failed;
  return print(args.json ? as_json(facts) : as_text(facts));
}

}  // namespace vaecomp
