// Samples of a rectangle as they lie in somebody's memory. Exact zone.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vaecomp {

// One plane, of 8 or 16 bits: the other pointer is null. Sample (x, y) lies `x * step + y * stride`
// samples behind the first, so that planes may be interleaved and part of a larger picture.
struct PlaneView {
  const std::uint8_t* samples8 = nullptr;
  const std::uint16_t* samples16 = nullptr;
  std::size_t step = 1, stride = 0;

  std::uint16_t at(std::size_t x, std::size_t y) const {
    const std::size_t i = x * step + y * stride;
    return samples16 != nullptr ? samples16[i] : samples8[i];
  }
};

// Size and kind of a picture of planes.
struct PlanesShape {
  int width = 0, height = 0;  // at least 1
  int planes = 1;             // 1 .. 4
  int depth = 8;              // bits of a sample, 8 or 16
};

}  // namespace vaecomp
