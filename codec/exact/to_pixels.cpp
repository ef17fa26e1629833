// Rounds and clips. Exact zone.
#include "codec/exact/to_pixels.h"

#include "codec/kernels/kernels.h"

namespace vaecomp {

namespace {

template <typename Sample>
void convert(const PixelRows<Sample>& rows, const std::int16_t* row, int width, PixelKind kind,
             Sample* samples) {
  switch (kind) {
    case PixelKind::kRgb:
      return rows.rgb(row, samples, width);
    case PixelKind::kGrey:
      return rows.grey(row, samples, width);
    case PixelKind::kNeutral:
      return rows.neutral(row, samples, width);
  }
}

}  // namespace

void to_pixels(const std::int16_t* row, int width, PixelKind kind, std::uint8_t* samples) {
  convert(kernels().pixels.to_8_bits, row, width, kind, samples);
}

void to_pixels(const std::int16_t* row, int width, PixelKind kind, std::uint16_t* samples) {
  convert(kernels().pixels.to_16_bits, row, width, kind, samples);
}

}  // namespace vaecomp
