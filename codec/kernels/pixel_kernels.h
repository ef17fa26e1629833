// Loops from a synthesis network's pixels to samples. Exact zone.
#pragma once

#include <cstdint>

namespace vaecomp {

// What to make of a row of `width` pixels [width][3] in Q6: RGB, one channel of grey, or RGB of
// three equal values; rounded and clipped to 8 or 16 bits (VC-31, VC-40, VC-41).
struct PixelKernels {
  template <typename Sample>
  using RowFunction = void (*)(const std::int16_t* from, Sample* to, int width);

  RowFunction<std::uint8_t> rgb, grey, neutral;
  RowFunction<std::uint16_t> rgb_16, grey_16, neutral_16;
};

}  // namespace vaecomp
