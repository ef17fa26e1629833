// vaecomp blend: from one picture to another through the latents.
#include <memory>
#include <optional>
#include <utility>

#include "tools/vaecomp/picture/replacing.h"
#include "tools/vaecomp/study/load_latents.h"
#include "tools/vaecomp/study/numbered_name.h"
#include "tools/vaecomp/study/study_commands.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/progress.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {
namespace {

// The one quality of both, or a failure that says why there is none.
Status common_quality(const BlendArgs& args, const LatentsSource& a, const LatentsSource& b,
                      int& quality) {
  const int streams = a.quality.value_or(b.quality.value_or(kDefaultQuality));
  quality = args.quality >= 0 ? args.quality : streams;
  for (const LatentsSource* source : {&a, &b}) {
    if (source->quality.value_or(quality) == quality) continue;
    return usage_error("is of quality " + std::to_string(*source->quality) + ", not " +
                           std::to_string(quality) + ": latents blend at one quality",
                       source->name);
  }
  return std::nullopt;
}

// (1 - part / parts) a + part / parts b, rounded to the nearest; a and b themselves at the ends.
std::int16_t between(int a, int b, int part, int parts) {
  const int whole = a * (parts - part) + b * part;
  const int half = whole < 0 ? -(parts / 2) : parts / 2;
  return static_cast<std::int16_t>((whole + half) / parts);
}

// The header of all frames: a picture that either side is finer or more colourful than fits both.
// Between grey and neutral every frame is neutral.
StreamHeader frame_header(const StreamHeader& a, const StreamHeader& b) {
  const int colourless = a.flags & b.flags & kFlagGrey;
  const int of_either = kFlag16Bits | (colourless != 0 ? kFlagNeutral : 0);
  StreamHeader header = a;
  header.flags = static_cast<std::uint8_t>(colourless | ((a.flags | b.flags) & of_either));
  return header;
}

}  // namespace

void add_blend(CLI::App& app, Selected& selected) {
  CLI::App* command =
      app.add_subcommand("blend", "Go from one picture to another through the latents");
  const auto args = std::make_shared<BlendArgs>();
  command->add_option("A", args->first, "Picture or stream")->required()->type_name("");
  command->add_option("B", args->second, "Picture or stream of the same size")
      ->required()
      ->type_name("");
  command->add_option("-o,--output", args->output, "Names of the frames, with %d or %02d in it")
      ->required()
      ->type_name("OUT-%02d.png");
  command->add_option("--steps", args->steps, "Number of frames, A and B included")
      ->transform(whole_number("a number of steps", 2, 10000))
      ->capture_default_str()
      ->type_name("N");
  command
      ->add_option("-q,--quality", args->quality,
                   "Of pictures: 0 .. 100; by default a stream's, if one is a stream, else 50")
      ->transform(whole_number("a quality", 0, 100))
      ->type_name("Q");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  add_picture_options(*command, args->picture);
  add_message_options(*command, args->messages);
  command->footer(
      "The first and the last frame are what decoding A and B gives. Frames are RGB unless both\n"
      "are grey, 16 bits deep if one is, without alpha, and have A's metadata.\n"
      "Examples:\n"
      "  vaecomp blend dawn.png dusk.png --steps 9 -o frame-%02d.png");
  command->callback([args, &selected] { selected.run = [args] { return run_blend(*args); }; });
}

Status run_blend(const BlendArgs& args) {
  const Result<NumberedName> names = NumberedName::parse(args.output);
  if (!names) return Failure{args.output, names.error()};
  for (int i = 0; i < args.steps; ++i) {
    for (const std::string& input : {args.first, args.second})
      if (Status failed = check_output(names->name(i), input)) return failed;
    if (Status failed = check_named_output(names->name(i), Writes::kPictures, false)) return failed;
  }
  if (args.first == "-" && args.second == "-")
    return usage_error("standard input cannot be both pictures");
  LatentsSource a, b;
  if (Status failed = open_source(args.first, args.picture, args.messages, a)) return failed;
  if (Status failed = open_source(args.second, args.picture, args.messages, b)) return failed;
  if (a.width != b.width || a.height != b.height) {
    return usage_error("is " + std::to_string(b.width) + " x " + std::to_string(b.height) +
                           " pixels, but " + quoted_name(a.name) + " is " +
                           std::to_string(a.width) + " x " + std::to_string(a.height) +
                           ": only equal sizes blend",
                       b.name);
  }
  int quality = 0;
  if (Status failed = common_quality(args, a, b, quality)) return failed;

  std::optional<Model> model;
  if (Status failed = load_model(args.model, model)) return failed;
  ProgressLine line("blending " + quoted_name(a.name), !args.messages.quiet);
  StudiedLatents first, second;
  Metadata metadata, unused;
  Status failed = load_latents(*model, std::move(a), quality, args.threads, args.picture.limits,
                               first, metadata);
  if (failed) return failed;
  failed = load_latents(*model, std::move(b), quality, args.threads, args.picture.limits, second,
                        unused);
  if (failed) return failed;
  Latents frame = first.latents;
  frame.header = frame_header(first.latents.header, second.latents.header);
  const ColourTurn &from = first.latents.turn, &to = second.latents.turn;
  const FileTraits like = traits_of_both(args.first, args.second);
  for (int i = 0; i < args.steps; ++i) {
    for (std::size_t k = 0; k < frame.values.size(); ++k) {
      frame.values[k] =
          between(first.latents.values[k], second.latents.values[k], i, args.steps - 1);
    }
    for (int c = 0; c < 3; ++c) {
      for (int k = 0; k < 3; ++k) {
        frame.turn.matrix[c][k] = between(from.matrix[c][k], to.matrix[c][k], i, args.steps - 1);
      }
      frame.turn.offset[c] = between(from.offset[c], to.offset[c], i, args.steps - 1);
    }
    // Between two pictures lies one that neither filter is for.
    frame.filter = i == 0                ? first.latents.filter
                   : i == args.steps - 1 ? second.latents.filter
                                         : PixelFilter{};
    failed = write_synthesised(*model, frame, metadata, args.threads, args.picture, args.messages,
                               names->name(i), like);
    if (failed) return failed;
    line.update((i + 1.0) / args.steps);
  }
  return std::nullopt;
}

}  // namespace vaecomp
