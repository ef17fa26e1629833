// What the caller of a picture writer wants.
#pragma once

namespace vaecomp {

inline constexpr int kDefaultJpegQuality = 90;

struct WriteOptions {
  int jpeg_quality = kDefaultJpegQuality;  // 1 .. 100
};

}  // namespace vaecomp
