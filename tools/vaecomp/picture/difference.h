// The difference of two pictures, made visible.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

inline constexpr int kMaxGain = 255;

// 128 + gain * (b - a) in units of 8 bits for each sample, clipped to 0 .. 255: grey where they are
// equal, brighter where b is. Alpha does not show. Precondition: equal size, channels and depth
// (make_comparable).
Image difference_picture(const Image& a, const Image& b, int gain);

}  // namespace vaecomp
