// Output formats by name and extension.
#include "tools/vaecomp/picture/picture_output.h"

#include <algorithm>
#include <iterator>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/png.h"
#include "tools/image_io/pnm.h"

namespace vaecomp {
namespace {

// Of kinds that are not written: under one of these names a picture would not be what it says.
constexpr std::string_view kForeignPictures[] = {
    "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2", "jfif", "jpe",
    "pbm",  "pfm", "psd", "tga", "exr",  "hdr",  "qoi",  "ico",  "svg", "dng", "cr2",  "nef"};
constexpr std::string_view kOwnFiles[] = {"vaec", "vaem"};

template <typename List>
bool contains(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// JPEG and Netpbm's formats but PAM have no place for alpha.
Error no_alpha(const char* format) {
  return {ErrorCode::kInvalidArgument, std::string("a picture with transparency cannot be a ") +
                                           format +
                                           ": use .png or .pam, or choose a --background #RRGGBB"};
}

Result<Bytes> write_ppm(ImageView image, Remarks* remarks) {
  if (image.channels == 3) return write_pnm(image, remarks);
  const auto spread = [](const auto& from, auto& to) {
    for (const auto sample : from) to.insert(to.end(), 3, sample);
  };
  Image rgb;
  rgb.width = image.width;
  rgb.height = image.height;
  spread(image.samples, rgb.samples);
  spread(image.samples16, rgb.samples16);
  ImageView view = rgb.view();
  view.metadata = image.metadata;
  return write_pnm(view, remarks);
}

// jpg for jpeg.
std::string format_of(std::string extension) { return extension == "jpeg" ? "jpg" : extension; }

// Whether a file with this extension may hold this format: the same, or PNM, which has them all.
bool agree(const std::string& extension, const std::string& format) {
  const auto is_pnm = [](const std::string& name) {
    return name == "ppm" || name == "pgm" || name == "pam";
  };
  return extension == format || (format == "pnm" && is_pnm(extension)) ||
         (extension == "pnm" && is_pnm(format));
}

}  // namespace

bool is_picture_name(const std::string& path) {
  const std::string extension = lower_extension(path);
  return contains(kPictureFormatNames, format_of(extension)) ||
         contains(kForeignPictures, extension);
}

Status choose_format(std::string_view name, const std::string& path, PictureFormat& format) {
  const std::string extension = lower_extension(path);
  const std::string wanted = format_of(name.empty() ? extension : std::string(name));
  const bool known = is_picture_name(path) || contains(kOwnFiles, extension);
  if (!name.empty() && known && !agree(format_of(extension), wanted)) {
    return usage_error("a " + wanted + " (--format) would have the name of a " + extension +
                           ": give it the extension ." + wanted + ", or leave out --format",
                       path);
  }
  const auto* found =
      std::find(std::begin(kPictureFormatNames), std::end(kPictureFormatNames), wanted);
  if (found != std::end(kPictureFormatNames)) {
    format = static_cast<PictureFormat>(found - std::begin(kPictureFormatNames));
    return std::nullopt;
  }
  if (known) {
    return usage_error("." + wanted + " is not written: use .png, .jpg, .pam, .ppm or .pgm", path);
  }
  format = PictureFormat::kPng;
  return std::nullopt;
}

Result<Bytes> write_picture(ImageView image, PictureFormat format,
                            const PictureWriteOptions& options, Remarks* remarks) {
  const bool alpha = !image.alpha.empty();
  switch (format) {
    case PictureFormat::kPng:
      return write_png(image, options, remarks);
    case PictureFormat::kJpeg:
      return alpha ? no_alpha("JPEG") : write_jpeg(image, options, remarks);
    case PictureFormat::kPam:
      return write_pam(image, remarks);
    case PictureFormat::kPgm:
      if (image.channels != 1) {
        return Error{ErrorCode::kInvalidArgument,
                     "an RGB picture cannot be a PGM: use .ppm or .png"};
      }
      return alpha ? no_alpha("PGM") : Result<Bytes>(write_pnm(image, remarks));
    case PictureFormat::kPpm:
      return alpha ? no_alpha("PPM") : write_ppm(image, remarks);
    case PictureFormat::kPnm:
      return alpha ? write_pam(image, remarks) : write_pnm(image, remarks);
  }
  return Error{ErrorCode::kInternal, "a picture format without a writer"};
}

}  // namespace vaecomp
