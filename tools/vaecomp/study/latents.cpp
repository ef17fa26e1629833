// vaecomp latents: latents, means and scales as arrays, or what one channel does as pictures.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "tools/vaecomp/picture/replacing.h"
#include "tools/vaecomp/study/latent_arrays.h"
#include "tools/vaecomp/study/load_latents.h"
#include "tools/vaecomp/study/numbered_name.h"
#include "tools/vaecomp/study/study_commands.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {
namespace {

constexpr int kUnit = 16;  // a quantisation step in the unit of Latents

bool is_npz(const std::string& path) { return path.ends_with(".npz"); }

// `latents` with `offset` (1/16 step) added to one channel, everywhere or in the middle.
Latents shifted(Latents latents, int channel, int offset, bool centre) {
  const auto shift = [&](std::size_t position) {
    std::int16_t& value = latents.values[position * latents.channels + channel];
    value = static_cast<std::int16_t>(std::clamp(value + offset, -32768, 32767));
  };
  if (centre) {
    shift(std::size_t{1} * (latents.rows / 2) * latents.columns + latents.columns / 2);
  } else {
    for (std::size_t p = 0; p < std::size_t{1} * latents.rows * latents.columns; ++p) shift(p);
  }
  return latents;
}

Status write_arrays(const DecoderModel& model, const StudiedLatents& studied,
                    const LatentsArgs& args) {
  const Result<Bytes> file = is_npz(args.output) ? write_npz(latent_arrays(model, studied))
                                                 : write_npy(latents_array(studied.latents));
  if (!file) return Failure{shown_name(args.output, true), file.error()};
  return write_output(args.output, *file, {.like = traits_of(args.input, false)});
}

}  // namespace

void add_latents(CLI::App& app, Selected& selected) {
  CLI::App* command = app.add_subcommand(
      "latents", "Export latents with their prior to NumPy, or show what a channel does");
  const auto args = std::make_shared<LatentsArgs>();
  command->add_option("IN", args->input, "Picture or stream; - for standard input")
      ->required()
      ->type_name("");
  command
      ->add_option("-o,--output", args->output,
                   "OUT.npz: all arrays; any other name: the latents as .npy; with --traverse: "
                   "names of the pictures, with %d or %02d in it")
      ->required()
      ->type_name("OUT");
  command->add_option("-q,--quality", args->quality, "Of a picture: 0 .. 100; a stream has its own")
      ->transform(whole_number("a quality", 0, 100))
      ->capture_default_str()
      ->type_name("Q");
  CLI::Option* traverse =
      command->add_option("--traverse", args->traverse, "Channel to vary, from 0")
          ->transform(whole_number("a channel", 0, 65535))
          ->type_name("CHANNEL");
  command->add_option("--steps", args->steps, "Number of pictures")
      ->transform(whole_number("a number of steps", 2, 10000))
      ->needs(traverse)
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--range", args->range, "Largest change to each side, in quantisation steps")
      ->check(real_number("a range", 0.0625, 2047))
      ->needs(traverse)
      ->capture_default_str()
      ->type_name("K");
  command->add_flag("--centre", args->centre, "Vary only the latent in the middle")
      ->needs(traverse);
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  add_picture_options(*command, args->picture);
  add_message_options(*command, args->messages);
  command->footer(
      "Arrays are float32: latents, means and sigmas [channel][row][column] in quantisation\n"
      "steps (sigma 0: not coded), hyper_latents [channel][row][column], bits [row][column],\n"
      "hyper_bits [row][column], channel_bits [channel], picture (width, height, quality).\n"
      "Examples:\n"
      "  vaecomp latents photo.vaec -o photo.npz\n"
      "  vaecomp latents photo.png -q 40 --traverse 3 --steps 5 -o channel3-%02d.png");
  command->callback([args, &selected] { selected.run = [args] { return run_latents(*args); }; });
}

Status run_latents(const LatentsArgs& args) {
  const bool traverse = args.traverse >= 0;
  const Result<NumberedName> names = NumberedName::parse(traverse ? args.output : "%d");
  if (!names) return Failure{args.output, names.error()};
  for (int i = 0; i < (traverse ? args.steps : 1); ++i) {
    const std::string path = traverse ? names->name(i) : args.output;
    if (Status failed = check_output(path, args.input)) return failed;
    const Writes what = traverse ? Writes::kPictures : Writes::kData;
    if (Status failed = check_named_output(path, what, false)) return failed;
  }
  LatentsSource source;
  if (Status failed = open_source(args.input, args.picture, args.messages, source)) return failed;
  std::optional<Model> model;
  if (Status failed = load_model(args.model, model)) return failed;
  StudiedLatents studied;
  Metadata metadata;
  Status failed = load_latents(*model, std::move(source), args.quality, args.threads,
                               args.picture.limits, studied, metadata);
  if (failed) return failed;
  if (!traverse) return write_arrays(*model, studied, args);

  if (args.traverse >= studied.latents.channels) {
    return usage_error("--traverse " + std::to_string(args.traverse) +
                       ": the model has channels 0 to " +
                       std::to_string(studied.latents.channels - 1));
  }
  const FileTraits like = traits_of(args.input, false);
  for (int i = 0; i < args.steps; ++i) {
    const double steps = args.range * (2.0 * i / (args.steps - 1) - 1);
    const Latents latents = shifted(studied.latents, args.traverse,
                                    static_cast<int>(std::lround(kUnit * steps)), args.centre);
    failed = write_synthesised(*model, latents, metadata, args.threads, args.picture, args.messages,
                               names->name(i), like);
    if (failed) return failed;
  }
  return std::nullopt;
}

}  // namespace vaecomp
