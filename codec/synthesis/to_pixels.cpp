// Rounds and clips. Exact zone.
#include "codec/synthesis/to_pixels.h"

#include "codec/kernels/kernels.h"

namespace vaecomp {

void to_pixels(const std::int16_t* row, int width, PixelKind kind, std::uint8_t* samples) {
  const PixelKernels& pixels = kernels().pixels;
  switch (kind) {
    case PixelKind::kRgb:
      return pixels.rgb(row, samples, width);
    case PixelKind::kGrey:
      return pixels.grey(row, samples, width);
    case PixelKind::kNeutral:
      return pixels.neutral(row, samples, width);
  }
}

void to_pixels(const std::int16_t* row, int width, PixelKind kind, std::uint16_t* samples) {
  const PixelKernels& pixels = kernels().pixels;
  switch (kind) {
    case PixelKind::kRgb:
      return pixels.rgb_16(row, samples, width);
    case PixelKind::kGrey:
      return pixels.grey_16(row, samples, width);
    case PixelKind::kNeutral:
      return pixels.neutral_16(row, samples, width);
  }
}

}  // namespace vaecomp
