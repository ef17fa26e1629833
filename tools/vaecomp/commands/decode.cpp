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
#include "tools/vaecomp/picture/writing_stages.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/stream_size.h"
#include "tools/vaecomp/support/values.h"
#include "vaecomp/rows.hpp"

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
      ->transform(one_of("a format",
                         {std::begin(kPictureFormatNames), std::end(kPictureFormatNames)},
                         {{"jpeg", "jpg"}}))
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

// Writes the decoded rows to the output, which comes to be when there is a first row.
class DecodedFile : public PictureSink {
 public:
  DecodedFile(const DecodeArgs& args, const std::optional<Colour>& background, PictureFormat format,
              const std::string& path, const FileContext& context, FileResult& result)
      : path_(path),
        context_(context),
        result_(result),
        output_(path, context.write),
        writer_(picture_writer(
            format, args.writing, [this](ByteSpan bytes) { return put(bytes); }, &remarks_)) {
    if (background) writer_ = flattening_writer(*background, std::move(writer_));
    if (!args.picture.no_auto_orient) writer_ = upright_writer(std::move(writer_));
  }

  Result<void> begin(const PictureHead& head) override { return noted(writer_->begin(head)); }
  Result<void> take(ImageView rows) override { return noted(writer_->take(rows)); }

  // After the last row.
  Status finish() {
    if (!noted(writer_->finish())) return failed_;
    if (Status failed = output_.commit()) return failed;
    result_.output_bytes = output_.bytes_written();
    return std::nullopt;
  }

  // What went wrong here, and not in decoding.
  const Status& failed() const { return failed_; }

 private:
  Result<void> noted(Result<void> done) {
    if (!done && !failed_) failed_ = Failure{shown_name(path_, true), done.error()};
    return done;
  }

  // The first bytes come from the writer's begin(), after its remarks.
  Result<void> put(ByteSpan bytes) {
    if (!open_) {
      failed_ = context_.tell(shown_name(path_, true), remarks_, result_);
      if (!failed_) failed_ = output_.open();
      open_ = true;
    }
    if (!failed_) failed_ = output_.write(bytes);
    if (failed_) return failed_->error;
    return {};
  }

  const std::string path_;
  const FileContext& context_;
  FileResult& result_;
  OutputFile output_;
  Remarks remarks_;
  std::unique_ptr<PictureWriter> writer_;
  bool open_ = false;
  Status failed_;
};

Status decode_file(const DecodeArgs& args, const std::optional<Colour>& background,
                   SharedModel<DecoderModel>& model, const PlannedFile& names,
                   const FileContext& context, FileResult& result) {
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

  if (Status failed = model.load()) return failed;
  DecodeOptions options;
  options.threads = context.threads;
  options.limits = args.picture.limits;
  options.progress = context.progress;
  DecodedFile file(args, background, format, names.output, context, result);
  if (auto done = decode_rows(*model, *stream, file, options); !done)
    return file.failed() ? file.failed() : Failure{name, with_option(done.error())};
  return file.finish();
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
  SharedModel<DecoderModel> model(args.model);
  return run_batch(
      args.files, plan, [&] { return model.load(); }, args.threads,
      {"decoding", "decoded", Writes::kPictures},
      [&](const PlannedFile& file, const FileContext& context, FileResult& result) {
        return decode_file(args, background, model, file, context, result);
      });
}

}  // namespace vaecomp
