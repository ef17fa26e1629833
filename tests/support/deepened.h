// The same picture in 16 bits.
#pragma once

#include <cstdint>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp::test {

// Samples times 257: white stays white.
inline Image deepened(Image image) {
  for (const std::uint8_t sample : image.samples)
    image.samples16.push_back(static_cast<std::uint16_t>(sample * 257));
  image.samples.clear();
  return image;
}

}  // namespace vaecomp::test
