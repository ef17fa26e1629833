// vaecomp compare: how far two pictures are apart.
#include <cmath>
#include <cstdio>
#include <memory>
#include <utility>

#include "tools/image_io/picture_file.h"
#include "tools/metrics/metrics.h"
#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/picture/comparable.h"
#include "tools/vaecomp/picture/difference.h"
#include "tools/vaecomp/picture/picture_output.h"
#include "tools/vaecomp/picture/replacing.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/json.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/stream_size.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {
namespace {

struct Side {
  std::string name;
  std::uint64_t bytes = 0;
  Image image;
};

struct Distances {
  double psnr = 0;
  std::optional<double> ms_ssim;
  std::optional<double> alpha_psnr;  // only of pictures with alpha

  bool identical() const { return std::isinf(psnr) && (!alpha_psnr || std::isinf(*alpha_psnr)); }
};

// Reads a picture file or decodes a stream.
Status load_side(const std::string& path, const CompareArgs& args, Side& side) {
  side.name = shown_name(path, false);
  const Result<Bytes> file = read_input(path);
  if (!file) return Failure{side.name, file.error()};
  side.bytes = file->size();
  Result<Image> image = Image();
  if (identify(*file) == FileKind::kVaec) {
    const Result<StreamInfo> info = probe_within(*file, args.picture.limits);
    if (!info) return Failure{side.name, info.error()};
    std::optional<DecoderModel> model;
    if (Status failed = load_model(args.model, model)) return failed;
    DecodeOptions options;
    options.threads = args.threads;
    options.limits = args.picture.limits;
    image = decode(*model, *file, options);
    if (image) image = decoded_picture(*std::move(image), args.picture);
  } else {
    Remarks remarks;
    image = picture_from(*file, args.picture, remarks);
    if (Status failed = show_remarks(side.name, remarks, args.messages)) return failed;
  }
  if (!image) return Failure{side.name, image.error()};
  side.image = *std::move(image);
  return std::nullopt;
}

std::string size_text(const Image& image) {
  return vaecomp::size_text(image.width, image.height, image.channels == 1 ? "grey" : "RGB",
                            image.depth(), !image.alpha.empty());
}

void add_side(JsonWriter& json, std::string_view key, const Side& side) {
  json.key(key).begin_object();
  json.field("file", side.name);
  json.field("bytes", side.bytes);
  json.field("width", side.image.width).field("height", side.image.height);
  json.field("grey", side.image.channels == 1);
  json.field("bits", side.image.depth());
  json.field("alpha", !side.image.alpha.empty());
  const double pixels = static_cast<double>(side.image.width) * side.image.height;
  json.field("bits_per_pixel", 8.0 * static_cast<double>(side.bytes) / pixels);
  json.end_object();
}

std::string as_json(const Side& a, const Side& b, const Distances& distances) {
  JsonWriter json;
  json.begin_object();
  add_side(json, "a", a);
  add_side(json, "b", b);
  json.field("identical", distances.identical());
  json.field("psnr", distances.psnr);  // null for equal pictures: JSON has no infinity
  json.key("ms_ssim");
  if (distances.ms_ssim) {
    json.value(*distances.ms_ssim);
  } else {
    json.null();
  }
  if (distances.alpha_psnr) json.field("alpha_psnr", *distances.alpha_psnr);
  json.end_object();
  return json.text();
}

std::string as_text(const Side& a, const Side& b, const Distances& distances) {
  std::string text;
  for (const Side* side : {&a, &b}) {
    text += quoted_name(side->name) + ": " + size_text(side->image) + ", " +
            std::to_string(side->bytes) + " bytes\n";
  }
  char line[64];
  if (distances.identical()) {
    text += "PSNR     infinite: the pictures are equal\n";
  } else if (std::isinf(distances.psnr)) {
    text += "PSNR     infinite: the colours are equal\n";
  } else {
    std::snprintf(line, sizeof line, "PSNR     %.4f dB\n", distances.psnr);
    text += line;
  }
  if (distances.ms_ssim) {
    std::snprintf(line, sizeof line, "MS-SSIM  %.6f\n", *distances.ms_ssim);
    text += line;
  } else {
    text +=
        "MS-SSIM  not defined for sides under " + std::to_string(kMsSsimSmallestSide) + " pixels\n";
  }
  if (distances.alpha_psnr && std::isinf(*distances.alpha_psnr)) {
    text += "alpha    equal\n";
  } else if (distances.alpha_psnr) {
    std::snprintf(line, sizeof line, "alpha    %.4f dB\n", *distances.alpha_psnr);
    text += line;
  }
  return printable(text);
}

// Whether the difference can be written, before anything is read.
Status check_difference(const CompareArgs& args, PictureFormat& format) {
  if (args.difference.empty()) return std::nullopt;
  if (args.difference == "-") return usage_error("the report goes to standard output");
  if (Status failed = choose_format("", args.difference, format)) return failed;
  if (Status failed = check_output(args.difference, args.first)) return failed;
  if (Status failed = check_output(args.difference, args.second)) return failed;
  return check_named_output(args.difference, Writes::kPictures, false);
}

}  // namespace

void add_compare(CLI::App& app, Selected& selected) {
  CLI::App* command =
      app.add_subcommand("compare", "Measure PSNR and MS-SSIM between two pictures");
  const auto args = std::make_shared<CompareArgs>();
  command->add_option("A", args->first, "Picture or stream")->required()->type_name("");
  command->add_option("B", args->second, "Picture or stream")->required()->type_name("");
  command
      ->add_option("--difference", args->difference,
                   "Picture of what differs to write: grey where the two are equal")
      ->type_name("FILE");
  command->add_option("--gain", args->gain, "How much the difference is amplified")
      ->transform(whole_number("a gain", 1, kMaxGain))
      ->capture_default_str()
      ->type_name("N");
  command->add_flag("--json", args->json, "Write JSON");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  add_picture_options(*command, args->picture);
  add_message_options(*command, args->messages);
  command->footer(
      "Pictures are turned as their EXIF says. PSNR is over all samples, at the larger depth of\n"
      "the two; MS-SSIM over 8-bit samples with five scales, mean over the channels. Colours that\n"
      "are fully transparent in both do not count.\n"
      "Examples:\n"
      "  vaecomp compare photo.png photo.vaec\n"
      "  vaecomp compare photo.png back.png --json\n"
      "  vaecomp compare photo.png photo.vaec --difference diff.png --gain 16");
  command->callback([args, &selected] { selected.run = [args] { return run_compare(*args); }; });
}

Status run_compare(const CompareArgs& args) {
  if (args.first == "-" && args.second == "-") {
    return usage_error("standard input cannot be both pictures");
  }
  PictureFormat format{};
  if (Status failed = check_difference(args, format)) return failed;
  Side a, b;
  if (Status failed = load_side(args.first, args, a)) return failed;
  if (Status failed = load_side(args.second, args, b)) return failed;
  if (a.image.width != b.image.width || a.image.height != b.image.height) {
    return usage_error(
        "is " + size_text(b.image) + ", but " + quoted_name(a.name) + " is " + size_text(a.image),
        b.name);
  }
  // The report shows both as they are; what is measured has common channels, depth and alpha.
  Image first = a.image, second = b.image;
  make_comparable(first, second);
  Distances distances;
  distances.psnr = colour_psnr(first, second);
  distances.alpha_psnr = alpha_psnr(first, second);
  if (!args.difference.empty()) {
    const Image image = difference_picture(first, second, args.gain);
    const Result<Bytes> file = write_picture(image.view(), format);
    if (!file) return Failure{args.difference, file.error()};
    if (Status failed =
            write_output(args.difference, *file, {.like = traits_of_both(args.first, args.second)}))
      return failed;
  }
  first = with_8_bits(std::move(first));
  second = with_8_bits(std::move(second));
  distances.ms_ssim = ms_ssim(first.view(), second.view());
  return print(args.json ? as_json(a, b, distances) : as_text(a, b, distances));
}

}  // namespace vaecomp
