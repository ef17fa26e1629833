// vaecomp encode: a picture becomes a stream.
#include <memory>

#include "tools/image_io/picture_file.h"
#include "tools/vaecomp/commands.h"
#include "tools/vaecomp/input.h"
#include "tools/vaecomp/output.h"
#include "tools/vaecomp/progress.h"
#include "tools/vaecomp/strip.h"

namespace vaecomp {

void add_encode(CLI::App& app, Selected& selected) {
  CLI::App* command = app.add_subcommand("encode", "Compress a PNG, JPEG, PPM, PGM or PAM picture");
  const auto args = std::make_shared<EncodeArgs>();
  command->add_option("IN", args->input, "Picture to read; - for standard input")
      ->required()
      ->type_name("");
  command->add_option("-o,--output", args->output, "Stream to write; - for standard output")
      ->required()
      ->type_name("OUT.vaec");
  command->add_option("-q,--quality", args->quality, "0 (smallest) .. 100 (best)")
      ->check(CLI::Range(0, 100))
      ->capture_default_str()
      ->type_name("Q");
  command->add_option("-e,--effort", args->effort, "1 (fastest) .. 9 (smallest, minutes)")
      ->check(CLI::Range(1, 9))
      ->capture_default_str()
      ->type_name("E");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  command->add_flag("--verify", args->verify, "Decode the result and compare before writing it");
  add_strip_option(*command, args->strip);
  add_limits_option(*command, args->limits);
  command->footer(
      "Examples:\n"
      "  vaecomp encode photo.png -o photo.vaec\n"
      "  vaecomp encode -q 80 --verify photo.png -o photo.vaec\n"
      "  pngtopnm photo.png | vaecomp encode - -o - > photo.vaec");
  command->callback([args, &selected] { selected.run = [args] { return run_encode(*args); }; });
}

Status run_encode(const EncodeArgs& args) {
  if (Status failed = check_output(args.output, args.input)) return failed;
  const std::string name = shown_name(args.input, false);
  Result<Bytes> file = read_input(args.input);
  if (!file) return Failure{name, file.error()};
  Result<Image> image = read_picture(*file, args.limits);
  if (!image) return Failure{name, image.error()};
  strip(image->metadata, args.strip);
  file->clear();
  file->shrink_to_fit();

  std::optional<Model> model;
  if (Status failed = load_model(args.model, model)) return failed;
  EncodeOptions options;
  options.quality = args.quality;
  options.effort = args.effort;
  options.threads = args.threads;
  options.verify = args.verify;
  Result<Bytes> stream = Bytes();
  {
    ProgressLine line("encoding " + printable(name));
    options.progress = [&line](double done) { return line.update(done), true; };
    stream = encode(*model, image->view(), options);
  }
  if (!stream) return Failure{name, stream.error()};
  return write_output(args.output, *stream);
}

}  // namespace vaecomp
