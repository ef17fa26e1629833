// The rounding rule of exact layers: accumulator times multiplier, shifted, clipped (MODEL.md,
// VM-14). Exact zone.
#pragma once

#include <cstdint>

#include "codec/kernels/target.h"

namespace vaecomp {

// clip((acc * multiplier + 2^(shift-1)) >> shift, low, high) for shift 32 .. 46, in the form that
// vectorises best:
//
//   t = acc * multiplier + 2^(shift-1);  (t >> 32) >> (shift - 32)
//
// The two shifts are one: rounding toward minus infinity twice, by 2^32 and by 2^(shift-32), is
// rounding once by their product. And t >> 32 fits 32 bits: |acc| and multiplier are below 2^31, so
// |t| < 2^62 + 2^45 < 2^63. Taking the high half through unsigned keeps exactly the bits of the
// arithmetic shift, and spares instruction sets without a 64-bit one.
VAECOMP_INLINE std::int16_t requantise(std::int32_t acc, std::int32_t multiplier, std::int64_t half,
                                       int shift_minus_32, std::int32_t low, std::int32_t high) {
  const std::int64_t t = std::int64_t{acc} * multiplier + half;
  const auto top = static_cast<std::int32_t>(static_cast<std::uint64_t>(t) >> 32);
  std::int32_t v = top >> shift_minus_32;
  v = v < low ? low : v;
  v = v > high ? high : v;
  return static_cast<std::int16_t>(v);
}

}  // namespace vaecomp
