// Loops from a synthesis network's pixels to samples. Exact zone.
#pragma once

#include <cstdint>

namespace vaecomp {

// What to make of a row of `width` pixels [width][3] in Q6: RGB, one channel of grey, or RGB of
// three equal values; rounded and clipped to 8 or 16 bits (VC-31, VC-40, VC-42).
template <typename Sample>
struct PixelRows {
  using Function = void (*)(const std::int16_t* from, Sample* to, int width);
  Function rgb, grey, neutral;
};

struct PixelKernels {
  PixelRows<std::uint8_t> to_8_bits;
  PixelRows<std::uint16_t> to_16_bits;
};

}  // namespace vaecomp
