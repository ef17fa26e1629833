// The density of pixels as JPEG has it.
#pragma once

#include <cstdint>
#include <optional>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// JFIF 1.02, APP0. Unit 0: x to y is the shape of a pixel; 1: pixels per inch; 2: per centimetre.
struct JfifDensity {
  std::uint8_t unit = 0;
  std::uint16_t x = 1, y = 1;

  bool operator==(const JfifDensity&) const = default;
};

// What a pHYs chunk says: per inch if that gives the chunk's pixels per metre when it is read
// again, else per centimetre if those are whole, else the nearest number per inch. Nothing if the
// chunk makes no sense or JFIF has no number so small or large.
std::optional<JfifDensity> jfif_density(ByteSpan phys);

}  // namespace vaecomp
