// vaecomp heatmap: where a stream's bits went, as a picture.
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/picture/picture_output.h"
#include "tools/vaecomp/picture/replacing.h"
#include "tools/vaecomp/study/heat_picture.h"
#include "tools/vaecomp/study/load_latents.h"
#include "tools/vaecomp/study/study_commands.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/progress.h"
#include "tools/vaecomp/support/stream_size.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {
namespace {

std::string legend(const HeatMap& map, const HeatStyle& style, std::size_t file_bytes) {
  char text[256];
  std::snprintf(text, sizeof text,
                "bits        %.1f of the file's %zu\n"
                "per pixel   min %.4f, mean %.4f, max %.4f\n"
                "colours     black 0, white %.4f bits per pixel\n",
                map.total_bits, 8 * file_bytes, map.min, map.mean, map.max, style.white);
  return text;
}

}  // namespace

void add_heatmap(CLI::App& app, Selected& selected) {
  CLI::App* command =
      app.add_subcommand("heatmap", "Show where a stream's bits went, as a picture");
  const auto args = std::make_shared<HeatmapArgs>();
  command->add_option("IN", args->input, "Stream to read; - for standard input")
      ->required()
      ->type_name("");
  command->add_option("-o,--output", args->output, "Picture to write; - for standard output")
      ->required()
      ->type_name("OUT");
  command->add_flag("--overlay", args->overlay, "Let the decoded picture show through");
  command->add_flag("--blocky", args->blocky, "Squares of 16 pixels instead of a smooth course");
  command
      ->add_option("--white", args->white,
                   "Bits per pixel to show white, so that maps compare; 0: the map's largest")
      ->check(real_number("a number of bits", 0, 1e6))
      ->type_name("BPP");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  command->add_flag("--quiet", args->quiet, "Say nothing but failures: no progress, no legend");
  add_limits_option(*command, args->picture.limits);
  add_orient_option(*command, args->picture);
  command->footer(
      "A latent stands for 16 x 16 pixels; the bits of its hyper latent count with it.\n"
      "Examples:\n"
      "  vaecomp heatmap photo.vaec -o map.png\n"
      "  vaecomp heatmap photo.vaec -o map.png --overlay --white 2");
  command->callback([args, &selected] { selected.run = [args] { return run_heatmap(*args); }; });
}

Status run_heatmap(const HeatmapArgs& args) {
  PictureFormat format{};
  if (Status failed = choose_format("", args.output, format)) return failed;
  if (Status failed = check_output(args.output, args.input)) return failed;
  if (Status failed = check_named_output(args.output, Writes::kPictures, false)) return failed;
  const std::string name = shown_name(args.input, false);
  const Result<Bytes> stream = read_input(args.input);
  if (!stream) return Failure{name, stream.error()};
  if (const Result<StreamInfo> info = probe_within(*stream, args.picture.limits); !info)
    return Failure{name, info.error()};
  std::optional<DecoderModel> model;
  if (Status failed = load_model(args.model, model)) return failed;
  DecodeOptions options;
  options.threads = args.threads;
  options.limits = args.picture.limits;
  ProgressLine line("decoding " + quoted_name(name), !args.quiet);
  options.progress = [&line](double done) { return line.update(done), true; };
  const Result<StudiedLatents> studied = decode_latents(*model, *stream, options);
  if (!studied) return Failure{name, studied.error()};
  options.progress = {};

  const HeatMap map = heat_map(*studied);
  const HeatStyle style{.white = args.white > 0 ? args.white : map.max, .blocky = args.blocky};
  Image picture;
  if (args.overlay) {
    Result<Image> decoded = synthesise_latents(*model, studied->latents, options);
    if (!decoded) return Failure{name, decoded.error()};
    picture = *std::move(decoded);
  }
  const StreamHeader& header = studied->latents.header;
  Image image = heat_picture(map, static_cast<int>(header.width), static_cast<int>(header.height),
                             style, args.overlay ? &picture : nullptr);
  if (Status failed = stream_metadata(name, *stream, args.picture.limits, image.metadata))
    return failed;
  image = decoded_picture(std::move(image), args.picture);
  image.metadata = {};  // of another picture
  const Result<Bytes> file = write_picture(image.view(), format);
  if (!file) return Failure{shown_name(args.output, true), file.error()};
  if (Status failed = write_output(args.output, *file, {.like = traits_of(args.input, false)}))
    return failed;
  // Where the picture goes, no text can go.
  return args.output == "-" || args.quiet ? std::nullopt
                                          : print(legend(map, style, stream->size()));
}

}  // namespace vaecomp
