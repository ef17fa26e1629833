// Roundings between what a context network puts out and what is coded (VC-27, VC-29). Exact zone.
#pragma once

#include <algorithm>
#include <cstdint>

#include "codec/prior/dequantiser.h"
#include "format/limits.h"

namespace vaecomp {

inline constexpr int kLatentMin = -32768;
inline constexpr int kLatentMax = 32767;

// The scale index 0 .. 63 of a scale output in Q4 (VC-29): the nearest integer, clipped.
constexpr int scale_index(int scale_q4) {
  constexpr int kHalf = 1 << (kLatentFraction - 1);
  return std::clamp((scale_q4 + kHalf) >> kLatentFraction, 0, kScaleIndices - 1);
}

// The decoded latent in Q4 of a mean and an offset from it, both in Q4 (VC-27, VC-29).
constexpr std::int16_t decoded_latent(int mean_q4, int offset_q4) {
  return static_cast<std::int16_t>(std::clamp(mean_q4 + offset_q4, kLatentMin, kLatentMax));
}

}  // namespace vaecomp
