// Register blocking by level, as codec/nn/conv1x1.cpp has it for integers.
#include "codec/analysis/float_kernels.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "codec/nn/kernel_targets.h"

#if defined(VAECOMP_GENERIC_KERNELS)  // the referee: no vectors
#elif defined(__SSE2__)
#include <immintrin.h>
#define VAECOMP_SSE2 1
#elif defined(__AARCH64EL__)
#include <arm_neon.h>
#define VAECOMP_NEON 1
#endif

namespace vaecomp {
namespace {

constexpr int kLanes = 16;

// Positions that pass by a group of weights while it is in the first-level cache.
constexpr int kStrip = 48;

struct InputRows {
  const float* data;
  std::ptrdiff_t stride;
};

// For dot_products.inc: a term is an input channel.
struct DotProducts {
  InputRows x;
  int positions, terms;
  const float* weights;
  std::ptrdiff_t group_stride;
  int groups;
  const float* bias;  // of the first group's first output; null: 0
  float* sums;
  std::ptrdiff_t sum_stride;
};

#if defined(VAECOMP_KERNEL_LEVELS)
namespace v4 {
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
struct Vector {
  static constexpr int kTerm = 1, kOutputs = 16, kPositions = 12;
  using Sums = __m512;
  static Sums start(const DotProducts& work, int output) {
    return work.bias ? _mm512_loadu_ps(work.bias + output) : _mm512_setzero_ps();
  }
  static __m512 weights(const float* w) { return _mm512_loadu_ps(w); }
  static __m512 broadcast(const float* x) { return _mm512_set1_ps(*x); }
  static Sums add_products(Sums sums, __m512 x, __m512 w) { return _mm512_fmadd_ps(x, w, sums); }
  static void store(float* to, Sums sums) { _mm512_storeu_ps(to, sums); }
};
#include "codec/nn/dot_products.inc"
#pragma GCC pop_options
}  // namespace v4

namespace v3 {
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
struct Vector {
  static constexpr int kTerm = 1, kOutputs = 8, kPositions = 6;
  using Sums = __m256;
  static Sums start(const DotProducts& work, int output) {
    return work.bias ? _mm256_loadu_ps(work.bias + output) : _mm256_setzero_ps();
  }
  static __m256 weights(const float* w) { return _mm256_loadu_ps(w); }
  static __m256 broadcast(const float* x) { return _mm256_broadcast_ss(x); }
  static Sums add_products(Sums sums, __m256 x, __m256 w) { return _mm256_fmadd_ps(x, w, sums); }
  static void store(float* to, Sums sums) { _mm256_storeu_ps(to, sums); }
};
#include "codec/nn/dot_products.inc"
#pragma GCC pop_options
}  // namespace v3
#endif

namespace baseline {
#if defined(VAECOMP_SSE2)
struct Vector {
  static constexpr int kTerm = 1, kOutputs = 4, kPositions = 6;
  using Sums = __m128;
  static Sums start(const DotProducts& work, int output) {
    return work.bias ? _mm_loadu_ps(work.bias + output) : _mm_setzero_ps();
  }
  static __m128 weights(const float* w) { return _mm_loadu_ps(w); }
  static __m128 broadcast(const float* x) { return _mm_set1_ps(*x); }
  static Sums add_products(Sums sums, __m128 x, __m128 w) {
    return _mm_add_ps(sums, _mm_mul_ps(x, w));
  }
  static void store(float* to, Sums sums) { _mm_storeu_ps(to, sums); }
};
#elif defined(VAECOMP_NEON)
struct Vector {
  static constexpr int kTerm = 1, kOutputs = 4, kPositions = 12;
  using Sums = float32x4_t;
  static Sums start(const DotProducts& work, int output) {
    return work.bias ? vld1q_f32(work.bias + output) : vdupq_n_f32(0);
  }
  static float32x4_t weights(const float* w) { return vld1q_f32(w); }
  static float32x4_t broadcast(const float* x) { return vld1q_dup_f32(x); }
  static Sums add_products(Sums sums, float32x4_t x, float32x4_t w) {
    return vfmaq_f32(sums, x, w);
  }
  static void store(float* to, Sums sums) { vst1q_f32(to, sums); }
};
#else
struct Vector {
  static constexpr int kTerm = 1, kOutputs = 4, kPositions = 4;
  struct Sums {
    float of[kOutputs];
  };
  static Sums start(const DotProducts& work, int output) {
    Sums sums = {};
    if (work.bias) std::copy_n(work.bias + output, kOutputs, sums.of);
    return sums;
  }
  static const float* weights(const float* w) { return w; }
  static float broadcast(const float* x) { return *x; }
  static Sums add_products(Sums sums, float x, const float* w) {
    for (int d = 0; d < kOutputs; ++d) sums.of[d] += x * w[d];
    return sums;
  }
  static void store(float* to, Sums sums) { std::copy_n(sums.of, kOutputs, to); }
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

// The last group, which has fewer outputs than lanes: its vectors go through a buffer.
void multiply_last(DotProducts work, int outputs) {
  float bias[kLanes] = {}, sums[kStrip * kLanes];
  if (work.bias) std::copy_n(work.bias, outputs, bias);
  float* const to = work.sums;
  work.bias = bias;
  work.sums = sums;
  const std::ptrdiff_t stride = std::exchange(work.sum_stride, kLanes);
  dot_products(work);
  for (int p = 0; p < work.positions; ++p) std::copy_n(sums + p * kLanes, outputs, to + p * stride);
}

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

VAECOMP_INLINE void load(const float* from, Lanes& v) { std::memcpy(&v, from, sizeof v); }

VAECOMP_INLINE void store(const Lanes& v, float* to) { std::memcpy(to, &v, sizeof v); }

constexpr int kMaxKernel = 15;  // side of a depthwise convolution, VM-09

// Neighbouring positions that share each load of a tap.
constexpr int kNeighbours = 4;

// A depthwise window and the part of it, rows top .. bottom - 1 and columns left .. right - 1, that
// lies inside of the tensor.
struct Window {
  const float* const* rows;  // of the tensor, by row of the window
  int top, bottom, left, right;
  std::ptrdiff_t offset;  // of the window's first column in a row
  int k;
};

// P neighbouring positions that have the same part of the window.
template <int P>
VAECOMP_INLINE void depthwise_positions(const Window& window, const float* taps, const float* bias,
                                        int channels, float* out, std::ptrdiff_t out_stride) {
  int c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    Lanes sums[P], tap, x;
    VAECOMP_UNROLL for (int p = 0; p < P; ++p) load(bias + c, sums[p]);
    for (int i = window.top; i < window.bottom; ++i) {
      const float* from = window.rows[i] + window.offset + c;
      for (int j = window.left; j < window.right; ++j) {
        load(taps + (i * window.k + j) * channels + c, tap);
        VAECOMP_UNROLL for (int p = 0; p < P; ++p) {
          load(from + (j + p) * channels, x);
          sums[p] += x * tap;
        }
      }
    }
    VAECOMP_UNROLL for (int p = 0; p < P; ++p) store(sums[p], out + p * out_stride + c);
  }
  for (; c < channels; ++c) {
    for (int p = 0; p < P; ++p) {
      float sum = bias[c];
      for (int i = window.top; i < window.bottom; ++i) {
        for (int j = window.left; j < window.right; ++j)
          sum += window.rows[i][window.offset + (j + p) * channels + c] *
                 taps[(i * window.k + j) * channels + c];
      }
      out[p * out_stride + c] = sum;
    }
  }
}

}  // namespace

PackedWeights pack_weights(const float* weights, int inputs, int outputs) {
  PackedWeights packed{.inputs = inputs, .outputs = outputs, .values = {}};
  const int groups = (outputs + kLanes - 1) / kLanes;
  packed.values.resize(static_cast<std::size_t>(groups) * inputs * kLanes);
  float* to = packed.values.data();
  for (int first = 0; first < outputs; first += kLanes) {
    const int count = std::min(kLanes, outputs - first);
    for (int c = 0; c < inputs; ++c, to += kLanes)
      std::copy_n(weights + static_cast<std::ptrdiff_t>(c) * outputs + first, count, to);
  }
  return packed;
}

void multiply_rows(const float* in, int in_stride, int positions, const PackedWeights& weights,
                   const float* bias, float* out, int out_stride) {
  const std::ptrdiff_t group_stride = std::ptrdiff_t{weights.inputs} * kLanes;
  const int whole = weights.outputs / kLanes, rest = weights.outputs % kLanes;
  for (int p = 0; p < positions; p += kStrip) {
    DotProducts work{.x = {in + std::ptrdiff_t{p} * in_stride, in_stride},
                     .positions = std::min(kStrip, positions - p),
                     .terms = weights.inputs,
                     .weights = weights.values.data(),
                     .group_stride = group_stride,
                     .groups = whole,
                     .bias = bias,
                     .sums = out + std::ptrdiff_t{p} * out_stride,
                     .sum_stride = out_stride};
    dot_products(work);
    if (rest == 0) continue;
    work.weights += whole * group_stride;
    work.groups = 1;
    work.sums += whole * kLanes;
    if (bias) work.bias += whole * kLanes;
    multiply_last(work, rest);
  }
}

VAECOMP_KERNEL
void depthwise_row(const RowsOf<float>& in, const float* taps, const float* bias, int k, int y,
                   int first, int positions, float* out, std::ptrdiff_t out_stride) {
  const int half = k / 2, channels = in.channels;
  const int top = std::max(0, half - y), bottom = std::min(k, in.height + half - y);
  const float* rows[kMaxKernel];
  for (int i = top; i < bottom; ++i) rows[i] = in.row(y + i - half);
  for (int p = 0; p < positions;) {
    const int x = first + p;
    const int left = std::max(0, half - x), right = std::min(k, in.width + half - x);
    const Window window{.rows = rows,
                        .top = top,
                        .bottom = bottom,
                        .left = left,
                        .right = right,
                        .offset = static_cast<std::ptrdiff_t>(x - half) * channels,
                        .k = k};
    const bool whole = x >= half && x + kNeighbours - 1 + half < in.width;
    if (whole && p + kNeighbours <= positions) {
      depthwise_positions<kNeighbours>(window, taps, bias, channels, out + p * out_stride,
                                       out_stride);
      p += kNeighbours;
    } else {
      depthwise_positions<1>(window, taps, bias, channels, out + p * out_stride, out_stride);
      p += 1;
    }
  }
}

}  // namespace vaecomp
