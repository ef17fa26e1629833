// What the caller of a picture writer wants.
#pragma once

#include <optional>

namespace vaecomp {

inline constexpr int kDefaultJpegQuality = 90;

struct PictureWriteOptions {
  int jpeg_quality = kDefaultJpegQuality;  // 1 .. 100

  // How hard to compress a PNG: 0 (not at all), 1 (fastest) .. 9 (smallest, ten times slower).
  // None: 1, and 5 for what turns out to be flat as a drawing, where that is fast and far smaller.
  std::optional<int> png_level = {};
};

}  // namespace vaecomp
