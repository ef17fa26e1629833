// Samples moved to a few levels, which the exact coder then codes as places in their list (SPEC.md
// section 8.2).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/encoder/calm_pixels.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// How many levels a sample of 8 bits has at this step.
inline int levels_at(double step) {
  return static_cast<int>(std::lround(255 / std::max(step, 1.0))) + 1;
}

// The nearest of `levels` values, 0 and 255 among them, that lie evenly; levels >= 2.
std::array<std::uint8_t, 256> even_levels(int levels);

// The samples of a picture of 8 bits, those of calm pixels as they are, others at even levels.
std::vector<std::uint8_t> at_even_levels(ImageView image, std::span<const Calm> calm, int levels);

}  // namespace vaecomp
