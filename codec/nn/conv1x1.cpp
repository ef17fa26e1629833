// conv1x1: dot products in vectors of outputs, then rounding. Results equal reference_ops.cpp bit
// for bit on every level, as all sums are exact: VM-21 bounds every partial one. Exact zone.
#include <algorithm>
#include <cstring>

#include "codec/nn/kernel_targets.h"
#include "codec/nn/kernels.h"
#include "codec/nn/requantise.h"

#if defined(VAECOMP_NO_TARGET_CLONES)  // the referee: no vectors
#elif defined(__SSE2__)
#include <immintrin.h>
#define VAECOMP_SSE2 1
#elif defined(__AARCH64EL__)
#include <arm_neon.h>
#define VAECOMP_NEON 1
#endif

namespace vaecomp {
namespace {

// Sums of this many outputs at this many positions wait in the first-level cache to be rounded
// together.
constexpr int kPanel = 2 * kLanes;
constexpr int kStrip = 8;

// Dot products of `positions` positions, at most kStrip, with one or two groups of kLanes outputs.
struct DotProducts {
  ConstRow x;
  int positions, terms;         // pairs of input channels
  const std::int16_t* weights;  // LayerParameters::weights, from the first group on
  std::ptrdiff_t group_stride;
  int groups;
  std::int32_t* sums;  // [kStrip][kPanel]
  std::ptrdiff_t sum_stride = kPanel;
};

// The pair of neighbouring channels at x as one number, for a broadcast.
[[maybe_unused]] VAECOMP_INLINE std::int32_t load_pair(const std::int16_t* x) {
  std::int32_t pair;
  std::memcpy(&pair, x, sizeof pair);
  return pair;
}

// Each level has a Vector for dot_products.inc: a term is a pair of channels with their weights
// [kOutputs][2].

#if defined(VAECOMP_KERNEL_LEVELS)
namespace v4 {
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
struct Vector {
  static constexpr int kTerm = 2, kOutputs = 16, kPositions = 8;
  using Sums = __m512i;
  static Sums start(const DotProducts&, int) { return _mm512_setzero_si512(); }
  static __m512i weights(const std::int16_t* w) { return _mm512_loadu_si512(w); }
  static __m512i broadcast(const std::int16_t* x) { return _mm512_set1_epi32(load_pair(x)); }
  static Sums add_products(Sums sums, __m512i x, __m512i w) {
    return _mm512_add_epi32(sums, _mm512_madd_epi16(x, w));
  }
  static void store(std::int32_t* to, Sums sums) { _mm512_storeu_si512(to, sums); }
};
#include "codec/nn/dot_products.inc"
#pragma GCC pop_options
}  // namespace v4

namespace v3 {
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
struct Vector {
  static constexpr int kTerm = 2, kOutputs = 8, kPositions = 4;
  using Sums = __m256i;
  static Sums start(const DotProducts&, int) { return _mm256_setzero_si256(); }
  static __m256i weights(const std::int16_t* w) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w));
  }
  static __m256i broadcast(const std::int16_t* x) { return _mm256_set1_epi32(load_pair(x)); }
  static Sums add_products(Sums sums, __m256i x, __m256i w) {
    return _mm256_add_epi32(sums, _mm256_madd_epi16(x, w));
  }
  static void store(std::int32_t* to, Sums sums) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), sums);
  }
};
#include "codec/nn/dot_products.inc"
#pragma GCC pop_options
}  // namespace v3
#endif

namespace baseline {
#if defined(VAECOMP_SSE2)
struct Vector {
  static constexpr int kTerm = 2, kOutputs = 4, kPositions = 4;
  using Sums = __m128i;
  static Sums start(const DotProducts&, int) { return _mm_setzero_si128(); }
  static __m128i weights(const std::int16_t* w) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(w));
  }
  static __m128i broadcast(const std::int16_t* x) { return _mm_set1_epi32(load_pair(x)); }
  static Sums add_products(Sums sums, __m128i x, __m128i w) {
    return _mm_add_epi32(sums, _mm_madd_epi16(x, w));
  }
  static void store(std::int32_t* to, Sums sums) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), sums);
  }
};
#elif defined(VAECOMP_NEON)
struct Vector {
  static constexpr int kTerm = 2, kOutputs = 4, kPositions = 8;
  using Sums = int32x4_t;
  static Sums start(const DotProducts&, int) { return vdupq_n_s32(0); }
  static int16x4x2_t weights(const std::int16_t* w) { return vld2_s16(w); }
  static int16x4_t broadcast(const std::int16_t* x) {
    return vreinterpret_s16_s32(vdup_n_s32(load_pair(x)));
  }
  static Sums add_products(Sums sums, int16x4_t x, int16x4x2_t w) {
    return vmlal_lane_s16(vmlal_lane_s16(sums, w.val[0], x, 0), w.val[1], x, 1);
  }
  static void store(std::int32_t* to, Sums sums) { vst1q_s32(to, sums); }
};
#else
struct Vector {
  static constexpr int kTerm = 2, kOutputs = 4, kPositions = 4;
  struct Sums {
    std::int32_t of[kOutputs];
  };
  static Sums start(const DotProducts&, int) { return {}; }
  static const std::int16_t* weights(const std::int16_t* w) { return w; }
  static const std::int16_t* broadcast(const std::int16_t* x) { return x; }
  static Sums add_products(Sums sums, const std::int16_t* x, const std::int16_t* w) {
    for (int d = 0; d < kOutputs; ++d) sums.of[d] += x[0] * w[2 * d] + x[1] * w[2 * d + 1];
    return sums;
  }
  static void store(std::int32_t* to, Sums sums) { std::copy_n(sums.of, kOutputs, to); }
};
#endif
#include "codec/nn/dot_products.inc"
}  // namespace baseline

#if defined(VAECOMP_KERNEL_LEVELS)
__attribute__((target("arch=x86-64-v4"))) void dot_products(const DotProducts& work) {
  v4::make(work);
}
__attribute__((target("arch=x86-64-v3"))) void dot_products(const DotProducts& work) {
  v3::make(work);
}
__attribute__((target("default")))
#endif
void dot_products(const DotProducts& work) {
  baseline::make(work);
}

// The number of blocks without those at the end that are 0 at every position. Any value but 0 in
// the last block settles it, so dense tensors cost one look.
VAECOMP_INLINE int blocks_in_use(ConstRow x, int blocks, int positions) {
  for (; blocks > 0; --blocks) {
    const std::int16_t* last = x.data + std::ptrdiff_t{blocks - 1} * kLanes;
    for (int p = 0; p < positions; ++p) {
      int any = 0;
      for (int i = 0; i < kLanes; ++i) any |= last[p * x.stride + i];
      if (any) return blocks;
    }
  }
  return 0;
}

// `count` outputs from `first` on of one position.
VAECOMP_INLINE void round_sums(const LayerParameters& layer, int first, int count,
                               const std::int32_t* VAECOMP_RESTRICT sums,
                               std::int16_t* VAECOMP_RESTRICT y) {
  const std::int32_t* VAECOMP_RESTRICT bias = layer.bias.data() + first;
  const std::int32_t* VAECOMP_RESTRICT multiplier = layer.multiplier.data() + first;
  const std::int64_t half = std::int64_t{1} << (layer.shift - 1);
  for (int d = 0; d < count; ++d) {
    y[first + d] =
        requantise(sums[d] + bias[d], multiplier[d], half, layer.shift - 32, layer.low, layer.high);
  }
}

}  // namespace

// Panels outside, positions inside: a panel's weights stay in the cache while all positions pass
// by.
VAECOMP_KERNEL
void conv1x1_row(const LayerParameters& layer, ConstRow x, Row y, int outputs, int positions) {
  x.data += std::ptrdiff_t{layer.first_block} * kLanes;
  const int blocks = blocks_in_use(x, layer.blocks, positions);
  const std::ptrdiff_t group_stride = std::ptrdiff_t{layer.blocks} * kLanes * kLanes;
  std::int32_t sums[kStrip * kPanel];
  for (int first = 0; first < outputs; first += kPanel) {
    const int count = std::min(kPanel, outputs - first);
    for (int p = 0; p < positions; p += kStrip) {
      const int strip = std::min(kStrip, positions - p);
      dot_products({.x = {x.data + p * x.stride, x.stride},
                    .positions = strip,
                    .terms = blocks * (kLanes / 2),
                    .weights = layer.weights.data() + first / kLanes * group_stride,
                    .group_stride = group_stride,
                    .groups = padded_channels(count) / kLanes,
                    .sums = sums});
      for (int i = 0; i < strip; ++i)
        round_sums(layer, first, count, sums + i * kPanel, y.data + (p + i) * y.stride);
    }
  }
}

}  // namespace vaecomp
