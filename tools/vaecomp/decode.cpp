// vaecomp decode: a stream becomes a picture.
#include <iterator>
#include <memory>
#include <vector>

#include "tools/vaecomp/background.h"
#include "tools/vaecomp/commands.h"
#include "tools/vaecomp/input.h"
#include "tools/vaecomp/output.h"
#include "tools/vaecomp/progress.h"

namespace vaecomp {

void add_decode(CLI::App& app, Selected& selected) {
  CLI::App* command = app.add_subcommand("decode", "Decompress to a PNG, JPEG, PPM, PGM or PAM picture");
  const auto args = std::make_shared<DecodeArgs>();
  command->add_option("IN", args->input, "Stream to read; - for standard input")
      ->required()
      ->type_name("");
  command->add_option("-o,--output", args->output, "Picture to write; - for standard output")
      ->required()
      ->type_name("OUT");
  command
      ->add_option("--format", args->format,
                   "png, jpg, ppm, pgm, pnm or pam; by default after OUT's extension, else png")
      ->check(CLI::IsMember(
          std::vector<std::string>(std::begin(kPictureFormatNames), std::end(kPictureFormatNames))))
      ->type_name("F");
  command->add_option("--jpeg-quality", args->jpeg_quality, "Of a JPEG that is written: 1 .. 100")
      ->check(CLI::Range(1, 100))
      ->capture_default_str()
      ->type_name("Q");
  command
      ->add_option("--background", args->background,
                   "Colour to lay transparent pictures over, for formats without transparency")
      ->type_name("#RRGGBB");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  add_limits_option(*command, args->limits);
  command->footer(
      "Examples:\n"
      "  vaecomp decode photo.vaec -o back.png\n"
      "  vaecomp decode photo.vaec -o - --format ppm | display\n"
      "  vaecomp decode logo.vaec -o logo.jpg --background '#ffffff'");
  command->callback([args, &selected] { selected.run = [args] { return run_decode(*args); }; });
}

Status run_decode(const DecodeArgs& args) {
  PictureFormat format{};
  if (Status failed = choose_format(args.format, args.output, format)) return failed;
  std::optional<Colour> background;
  if (!args.background.empty()) {
    const Result<Colour> colour = parse_colour(args.background);
    if (!colour) return Failure{"--background", colour.error()};
    background = *colour;
  }
  if (Status failed = check_output(args.output, args.input)) return failed;
  const std::string name = shown_name(args.input, false);
  const Result<Bytes> stream = read_input(args.input);
  if (!stream) return Failure{name, stream.error()};
  // What is no sound stream is refused before the model is loaded.
  if (const Result<StreamInfo> info = probe(*stream, args.limits); !info)
    return Failure{name, info.error()};

  std::optional<Model> model;
  if (Status failed = load_model(args.model, model)) return failed;
  DecodeOptions options;
  options.threads = args.threads;
  options.limits = args.limits;
  Result<Image> image = Image();
  {
    ProgressLine line("decoding " + printable(name));
    options.progress = [&line](double done) { return line.update(done), true; };
    image = decode(*model, *stream, options);
  }
  if (!image) return Failure{name, image.error()};
  if (background) image = flattened(*std::move(image), *background);
  const Result<Bytes> file = write_picture(image->view(), format, args.jpeg_quality);
  if (!file) return Failure{shown_name(args.output, true), file.error()};
  return write_output(args.output, *file);
}

}  // namespace vaecomp
