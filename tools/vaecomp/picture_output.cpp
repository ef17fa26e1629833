// Output formats by name and extension.
#include "tools/vaecomp/picture_output.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <iterator>

#include "tools/image_io/png.h"
#include "tools/image_io/pnm.h"
#include "tools/metrics/metrics.h"

namespace vaecomp {
namespace {

// A picture under one of these names would not be what it says.
constexpr std::array<std::string_view, 14> kNotWritten{"jpg", "jpeg", "webp", "gif",  "bmp",
                                                       "tif", "tiff", "avif", "heic", "heif",
                                                       "jxl", "pam",  "vaec", "vaem"};

std::string lower_extension(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

}  // namespace

Status choose_format(std::string_view name, const std::string& path, PictureFormat& format) {
  const std::string wanted = name.empty() ? lower_extension(path) : std::string(name);
  const auto* found =
      std::find(std::begin(kPictureFormatNames), std::end(kPictureFormatNames), wanted);
  if (found != std::end(kPictureFormatNames)) {
    format = static_cast<PictureFormat>(found - std::begin(kPictureFormatNames));
    return std::nullopt;
  }
  if (std::find(kNotWritten.begin(), kNotWritten.end(), wanted) != kNotWritten.end()) {
    return usage_error("." + wanted + " is not written: use .png, .ppm or .pgm", path);
  }
  format = PictureFormat::kPng;
  return std::nullopt;
}

Result<Bytes> write_picture(ImageView image, PictureFormat format) {
  switch (format) {
    case PictureFormat::kPng:
      return write_png(image);
    case PictureFormat::kPgm:
      if (image.channels != 1) {
        return Error{ErrorCode::kInvalidArgument,
                     "an RGB picture cannot be a PGM: use .ppm or .png"};
      }
      return write_pnm(image);
    case PictureFormat::kPpm:
      return write_pnm(to_rgb(image).view());
    case PictureFormat::kPnm:
      return write_pnm(image);
  }
  return Error{ErrorCode::kInternal, "a picture format without a writer"};
}

}  // namespace vaecomp
