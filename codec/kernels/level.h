// What the files level_*.cpp share: included once, for the instruction set of the whole program.
// Exact zone.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "codec/kernels/float_functions.h"
#include "codec/kernels/kernels.h"
#include "codec/kernels/requantise.h"
#include "codec/kernels/target.h"
#include "format/limits.h"

namespace vaecomp {

// The levels that are compiled for this kind of processor.
extern const Kernels kGenericKernels;
#if defined(__x86_64__) && !defined(VAECOMP_GENERIC_KERNELS)
#define VAECOMP_X86_64_KERNELS 1
extern const Kernels kSse2Kernels, kAvx2Kernels, kAvx512Kernels, kAvx512Bf16Kernels;
#elif defined(__AARCH64EL__) && !defined(VAECOMP_GENERIC_KERNELS)
#define VAECOMP_NEON_KERNELS 1
extern const Kernels kNeonKernels;
#endif

// The pair of neighbouring values at x as one number.
VAECOMP_INLINE std::int32_t load_pair(const std::int16_t* x) {
  std::int32_t pair;
  std::memcpy(&pair, x, sizeof pair);
  return pair;
}

template <typename To, typename Value>
VAECOMP_INLINE To clipped(Value v, Value low, Value high) {
  v = v < low ? low : v;
  v = v > high ? high : v;
  return static_cast<To>(v);
}

// The sum of one output of a conv1x1 or depthwise, rounded.
VAECOMP_INLINE std::int16_t rounded(const LayerParameters& layer, int channel, std::int32_t sum) {
  return requantise(sum + layer.bias[channel], layer.multiplier[channel],
                    std::int64_t{1} << (layer.shift - 1), layer.shift - 32, layer.low, layer.high);
}

}  // namespace vaecomp
