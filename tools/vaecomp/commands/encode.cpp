// vaecomp encode: pictures become streams.
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tools/image_io/picture_file.h"
#include "tools/vaecomp/batch/batch_run.h"
#include "tools/vaecomp/batch/derived_names.h"
#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/picture/strip.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {

void add_encode(CLI::App& app, Selected& selected) {
  CLI::App* command = app.add_subcommand("encode", "Compress PNG, JPEG and Netpbm pictures");
  const auto args = std::make_shared<EncodeArgs>();
  add_batch_options(*command, args->files, "Pictures", "Stream");
  CLI::Option* quality =
      command->add_option("-q,--quality", args->quality, "0 (smallest) .. 100 (best)")
          ->transform(whole_number("a quality", 0, 100))
          ->capture_default_str()
          ->type_name("Q");
  add_target_options(*command, args->target, quality);
  CLI::Option* effort =
      command->add_option("-e,--effort", args->effort, "1 (fastest) .. 9 (smallest, minutes)")
          ->transform(whole_number("an effort", 1, 9))
          ->capture_default_str()
          ->type_name("E");
  CLI::Option* lossless =
      command->add_flag("--lossless", args->lossless, "Keep every sample as it is")
          ->excludes(quality)
          ->excludes(effort);
  for (const char* target : {"--target-size", "--target-bpp", "--target-psnr", "--target-ssim"})
    lossless->excludes(command->get_option(target));
  command
      ->add_option("--alpha-quality", args->alpha_quality,
                   "0 (fewest levels) .. 100 (all of alpha)")
      ->transform(whole_number("a quality", 0, 100))
      ->capture_default_str()
      ->type_name("Q")
      ->excludes(lossless);
  command
      ->add_flag("--learned-only", args->learned_only,
                 "Let the networks code everything, text and flat areas too")
      ->excludes(lossless);
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  command->add_flag("--verify", args->verify, "Decode the result and compare before writing it");
  command->add_flag("--skip-larger", args->skip_larger,
                    "Leave out pictures whose stream would be larger than their file");
  command->add_flag("--keep-extension", args->keep_extension,
                    "In a folder, name streams photo.png.vaec, so that photo.jpg gets its own");
  add_strip_option(*command, args->strip);
  add_attach_options(*command, args->attach);
  add_picture_options(*command, args->picture);
  command->footer(
      "Examples:\n"
      "  vaecomp encode photo.png -o photo.vaec\n"
      "  vaecomp encode -q 80 --verify photo.png -o photo.vaec\n"
      "  vaecomp encode --target-size 200k photo.png -o photo.vaec\n"
      "  vaecomp encode --lossless screen.png -o screen.vaec\n"
      "  vaecomp encode *.png -o compressed/\n"
      "  vaecomp encode -r photos -o compressed --skip-existing --report report.csv\n"
      "  pngtopnm photo.png | vaecomp encode - -o - > photo.vaec");
  command->callback([args, &selected] { selected.run = [args] { return run_encode(*args); }; });
}

namespace {

constexpr std::string_view kTakenFromFolders[] = {".png", ".jpg", ".jpeg", ".ppm", ".pgm",
                                                  ".pbm", ".pnm", ".pam",  ".pfm"};

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

Remark larger(const FileResult& result, bool lossless) {
  return {RemarkKind::kLarger, "the stream is larger than the file (" +
                                   std::to_string(result.input_bytes) + " -> " +
                                   std::to_string(result.stream_bytes) +
                                   " bytes): " + (lossless ? "" : "choose a lower quality, ") +
                                   "keep the original, or add --skip-larger"};
}

// A stream that decoding would refuse by default is not made without being asked for.
Status check_metadata_size(const Image& image, const Limits& limits, const std::string& name) {
  const std::uint64_t size = metadata_size(image.metadata);
  if (size <= limits.max_metadata) return std::nullopt;
  return Failure{name,
                 {ErrorCode::kLimit, "metadata of " + std::to_string(size) + " bytes, at most " +
                                         std::to_string(limits.max_metadata) +
                                         " are allowed (--max-metadata, --strip)"}};
}

Status encode_file(const EncodeArgs& args, const Attachments& attachments,
                   SharedModel<Model>& model, const PlannedFile& names, const FileContext& context,
                   FileResult& result) {
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
  if (Status failed = check_metadata_size(*image, args.picture.limits, name)) return failed;
  if (Status failed = context.tell(name, remarks, result)) return failed;
  file->clear();
  file->shrink_to_fit();
  result.pixels = std::uint64_t{1} * image->width * image->height;
  const PixelBudget::Share share(context.budget, result.pixels);

  if (Status failed = model.load()) return failed;
  EncodeOptions options;
  options.quality = args.quality;
  options.effort = args.effort;
  options.lossless = args.lossless;
  options.learned_only = args.learned_only;
  options.alpha_quality = args.alpha_quality;
  options.threads = context.threads;
  options.verify = args.verify;
  options.progress = context.progress;
  const Result<TargetedStream> encoded = encode_as_asked(*model, *image, args, options);
  if (!encoded) return Failure{name, encoded.error()};
  const Result<StreamInfo> info = probe(encoded->stream, {.max_pixels = ~std::uint64_t{0}});
  if (!info) return Failure{name, info.error()};
  const bool lossless = info->header.lossless();
  if (!lossless) result.quality = encoded->quality;
  result.stream_bytes = encoded->stream.size();
  if (result.stream_bytes > result.input_bytes) {
    if (args.skip_larger) {
      result.outcome = Outcome::kLarger;
      return std::nullopt;
    }
    if (Status failed = context.tell(name, {larger(result, lossless)}, result)) return failed;
  }
  result.output_bytes = result.stream_bytes;
  return write_output(names.output, encoded->stream, context.write);
}

}  // namespace

Status run_encode(const EncodeArgs& args) {
  const NamingRules rules{
      .taken = kTakenFromFolders,
      .output_extension = "vaec",
      .derived_name = [&](auto name) { return stream_name(std::move(name), args.keep_extension); },
      .way_out = args.keep_extension ? nullptr : "--keep-extension"};
  BatchPlan plan;
  if (Status failed = plan_batch(args.files, rules, plan)) return failed;
  Attachments attachments;
  if (Status failed = load_attachments(args.attach, args.files.inputs.front() == "-", attachments))
    return failed;
  SharedModel<Model> model(args.model);
  return run_batch(
      args.files, plan, [&] { return model.load(); }, args.threads,
      {"encoding", "encoded", Writes::kStreams},
      [&](const PlannedFile& file, const FileContext& context, FileResult& result) {
        return encode_file(args, attachments, model, file, context, result);
      });
}

}  // namespace vaecomp
