// vaecomp decode: streams become pictures.
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/vaecomp/batch/batch_run.h"
#include "tools/vaecomp/batch/derived_names.h"
#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/picture/background.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/stream_size.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {

void add_decode(CLI::App& app, Selected& selected) {
  CLI::App* command =
      app.add_subcommand("decode", "Decompress to PNG, JPEG, PPM, PGM or PAM pictures");
  const auto args = std::make_shared<DecodeArgs>();
  add_batch_options(*command, args->files, "Streams", "Picture");
  command
      ->add_option("--format", args->format,
                   "png, jpg, ppm, pgm, pnm or pam; by default after OUT's extension, else png, as "
                   "in folders")
      ->check(CLI::IsMember(
          std::vector<std::string>(std::begin(kPictureFormatNames), std::end(kPictureFormatNames))))
      ->type_name("F");
  command
      ->add_option("--jpeg-quality", args->writing.jpeg_quality,
                   "Of a JPEG that is written: 1 .. 100")
      ->transform(whole_number("a JPEG quality", 1, 100))
      ->capture_default_str()
      ->type_name("Q");
  command
      ->add_option("--background", args->background,
                   "Colour to lay transparent pictures over, for formats without transparency")
      ->type_name("#RRGGBB");
  command
      ->add_option("--png-level", args->writing.png_level,
                   "Of a PNG that is written: 0 (not compressed), 1 (fastest) .. 9 (smallest, ten "
                   "times slower); by default 1, and 5 for what is flat as a drawing")
      ->transform(whole_number("a PNG level", 0, 9))
      ->type_name("L");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  add_limits_option(*command, args->picture.limits);
  add_orient_option(*command, args->picture);
  command->footer(
      "Examples:\n"
      "  vaecomp decode photo.vaec -o back.png\n"
      "  vaecomp decode *.vaec -o pictures/ --format jpg\n"
      "  vaecomp decode photo.vaec -o - --format ppm | display\n"
      "  vaecomp decode logo.vaec -o logo.jpg --background '#ffffff'");
  command->callback([args, &selected] { selected.run = [args] { return run_decode(*args); }; });
}

namespace {

constexpr std::string_view kTakenFromFolders[] = {".vaec"};

Status decode_file(const DecodeArgs& args, const std::optional<Colour>& background,
                   SharedModel& shared, const PlannedFile& names, const FileContext& context,
                   FileResult& result) {
  PictureFormat format{};
  if (Status failed = choose_format(args.format, names.output, format)) return failed;
  const std::string name = shown_name(names.input, false);
  const Result<Bytes> stream = read_input(names.input);
  if (!stream) return Failure{name, stream.error()};
  result.input_bytes = result.stream_bytes = stream->size();
  // What is no sound stream is refused before the model is loaded.
  const Result<StreamInfo> info = probe_within(*stream, args.picture.limits);
  if (!info) return Failure{name, info.error()};
  result.pixels = std::uint64_t{1} * info->header.width * info->header.height;
  result.quality = info->header.quality;
  const PixelBudget::Share share(context.budget, result.pixels);

  const Model* model = nullptr;
  if (Status failed = shared.get(model)) return failed;
  DecodeOptions options;
  options.threads = context.threads;
  options.limits = args.picture.limits;
  options.progress = context.progress;
  Result<Image> image = decode(*model, *stream, options);
  if (!image) return Failure{name, image.error()};
  image = decoded_picture(*std::move(image), args.picture);
  if (background) image = flattened(*std::move(image), *background);
  const std::string output_name = shown_name(names.output, true);
  Remarks remarks;
  const Result<Bytes> file = write_picture(image->view(), format, args.writing, &remarks);
  if (!file) return Failure{output_name, file.error()};
  if (Status failed = context.tell(output_name, remarks, result)) return failed;
  result.output_bytes = file->size();
  return write_output(names.output, *file, context.write);
}

}  // namespace

Status run_decode(const DecodeArgs& args) {
  std::optional<Colour> background;
  if (!args.background.empty()) {
    const Result<Colour> colour = parse_colour(args.background);
    if (!colour) return Failure{"--background", colour.error()};
    background = *colour;
  }
  const std::string format = args.format.empty() ? "png" : args.format;
  const NamingRules rules{
      .taken = kTakenFromFolders, .output_extension = format, .derived_name = [&](auto name) {
        return picture_name(std::move(name), format);
      }};
  BatchPlan plan;
  if (Status failed = plan_batch(args.files, rules, plan)) return failed;
  if (PictureFormat unused{}; plan.single) {
    if (Status failed = choose_format(args.format, args.files.output, unused)) return failed;
  }
  SharedModel model(args.model);
  return run_batch(args.files, plan, model, args.threads,
                   {"decoding", "decoded", Writes::kPictures},
                   [&](const PlannedFile& file, const FileContext& context, FileResult& result) {
                     return decode_file(args, background, model, file, context, result);
                   });
}

}  // namespace vaecomp
