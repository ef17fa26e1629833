// vaecomp encode: pictures become streams.
#include <memory>
#include <string_view>

#include "tools/image_io/picture_file.h"
#include "tools/vaecomp/batch/batch_run.h"
#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/picture/strip.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/output.h"

namespace vaecomp {

void add_encode(CLI::App& app, Selected& selected) {
  CLI::App* command = app.add_subcommand("encode", "Compress PNG, JPEG, PPM, PGM and PAM pictures");
  const auto args = std::make_shared<EncodeArgs>();
  add_batch_options(*command, args->files, "Pictures", "Stream");
  CLI::Option* quality =
      command->add_option("-q,--quality", args->quality, "0 (smallest) .. 100 (best)")
          ->check(CLI::Range(0, 100))
          ->capture_default_str()
          ->type_name("Q");
  add_target_options(*command, args->target, quality);
  command->add_option("-e,--effort", args->effort, "1 (fastest) .. 9 (smallest, minutes)")
      ->check(CLI::Range(1, 9))
      ->capture_default_str()
      ->type_name("E");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  command->add_flag("--verify", args->verify, "Decode the result and compare before writing it");
  add_strip_option(*command, args->strip);
  add_attach_options(*command, args->attach);
  add_picture_options(*command, args->picture);
  command->footer(
      "Examples:\n"
      "  vaecomp encode photo.png -o photo.vaec\n"
      "  vaecomp encode -q 80 --verify photo.png -o photo.vaec\n"
      "  vaecomp encode --target-size 200k photo.png -o photo.vaec\n"
      "  vaecomp encode *.png -o compressed/\n"
      "  vaecomp encode -r photos -o compressed --skip-existing --report report.csv\n"
      "  pngtopnm photo.png | vaecomp encode - -o - > photo.vaec");
  command->callback([args, &selected] { selected.run = [args] { return run_encode(*args); }; });
}

namespace {

constexpr std::string_view kTakenFromFolders[] = {".png", ".jpg", ".jpeg", ".ppm",
                                                  ".pgm", ".pnm", ".pam"};

// With the quality or to the target.
Result<TargetedStream> encode_as_asked(const Model& model, const Image& image,
                                       const EncodeArgs& args, const EncodeOptions& options) {
  const Result<std::optional<Target>> target = make_target(args.target, image);
  if (!target) return target.error();
  if (*target) return encode_or_refuse(model, image, args.target, **target, options);
  Result<Bytes> stream = encode(model, image.view(), options);
  if (!stream) return stream.error();
  return TargetedStream{.stream = *std::move(stream), .quality = options.quality, .met = true};
}

Status encode_file(const EncodeArgs& args, const Attachments& attachments, SharedModel& shared,
                   const PlannedFile& names, const FileContext& context, FileResult& result) {
  if (Status failed = check_output(names.output, names.input)) return failed;
  const std::string name = shown_name(names.input, false);
  Result<Bytes> file = read_input(names.input);
  if (!file) return Failure{name, file.error()};
  result.input_bytes = file->size();
  Remarks remarks;
  Result<Image> image = picture_from(*file, args.picture, remarks);
  if (!image) return Failure{name, image.error()};
  strip(image->metadata, args.strip, remarks);
  const Result<void> attached = attach(attachments, args.picture.no_auto_orient, *image);
  if (!attached) return Failure{name, attached.error()};
  if (Status failed = context.tell(name, remarks, result)) return failed;
  file->clear();
  file->shrink_to_fit();
  result.pixels = std::uint64_t{1} * image->width * image->height;
  const PixelBudget::Share share(context.budget, result.pixels);

  const Model* model = nullptr;
  if (Status failed = shared.get(model)) return failed;
  EncodeOptions options;
  options.quality = args.quality;
  options.effort = args.effort;
  options.threads = context.threads;
  options.verify = args.verify;
  options.progress = context.progress;
  const Result<TargetedStream> encoded = encode_as_asked(*model, *image, args, options);
  if (!encoded) return Failure{name, encoded.error()};
  result.quality = encoded->quality;
  result.output_bytes = result.stream_bytes = encoded->stream.size();
  return write_output(names.output, encoded->stream);
}

}  // namespace

Status run_encode(const EncodeArgs& args) {
  BatchPlan plan;
  if (Status failed = plan_batch(args.files, {kTakenFromFolders, ".vaec"}, plan)) return failed;
  Attachments attachments;
  if (Status failed = load_attachments(args.attach, attachments)) return failed;
  SharedModel model(args.model);
  return run_batch(args.files, plan, model, args.threads, {"encoding", "encoded"},
                   [&](const PlannedFile& file, const FileContext& context, FileResult& result) {
                     return encode_file(args, attachments, model, file, context, result);
                   });
}

}  // namespace vaecomp
