// Output formats by name and extension.
#include "tools/vaecomp/picture/picture_output.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <iterator>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/png.h"
#include "tools/image_io/pnm.h"

namespace vaecomp {
namespace {

// A picture under one of these names would not be what it says.
constexpr std::array<std::string_view, 11> kNotWritten{
    "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "jxl", "vaec", "vaem"};

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

std::string lower_extension(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

}  // namespace

Status choose_format(std::string_view name, const std::string& path, PictureFormat& format) {
  std::string wanted = name.empty() ? lower_extension(path) : std::string(name);
  if (wanted == "jpeg") wanted = "jpg";
  const auto* found =
      std::find(std::begin(kPictureFormatNames), std::end(kPictureFormatNames), wanted);
  if (found != std::end(kPictureFormatNames)) {
    format = static_cast<PictureFormat>(found - std::begin(kPictureFormatNames));
    return std::nullopt;
  }
  if (std::find(kNotWritten.begin(), kNotWritten.end(), wanted) != kNotWritten.end()) {
    return usage_error("." + wanted + " is not written: use .png, .jpg, .pam, .ppm or .pgm", path);
  }
  format = PictureFormat::kPng;
  return std::nullopt;
}

Result<Bytes> write_picture(ImageView image, PictureFormat format, const WriteOptions& options,
                            Remarks* remarks) {
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
