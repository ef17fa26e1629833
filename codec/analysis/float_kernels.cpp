// Register blocking in vectors of 16 floats, which the compiler cuts into what the processor has.
#include "codec/analysis/float_kernels.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "codec/nn/kernel_targets.h"

namespace vaecomp {
namespace {

constexpr int kLanes = 16;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

VAECOMP_INLINE void load(const float* from, Lanes& v) { std::memcpy(&v, from, sizeof v); }

VAECOMP_INLINE void store(const Lanes& v, float* to) { std::memcpy(to, &v, sizeof v); }

// kRows positions by kWide vectors of output channels, all sums in registers.
template <int kRows, int kWide>
VAECOMP_INLINE void multiply_block(const float* in, int in_stride, int channels_in,
                                   const float* weights, const float* bias, int channels_out,
                                   float* out, int out_stride) {
  Lanes sum[kRows][kWide];
  for (int v = 0; v < kWide; ++v) {
    Lanes start = {};
    if (bias) load(bias + v * kLanes, start);
    for (int r = 0; r < kRows; ++r) sum[r][v] = start;
  }
  for (int c = 0; c < channels_in; ++c) {
    Lanes w[kWide];
    for (int v = 0; v < kWide; ++v) load(weights + v * kLanes, w[v]);
    weights += channels_out;
    for (int r = 0; r < kRows; ++r) {
      const float x = in[r * in_stride + c];
      for (int v = 0; v < kWide; ++v) sum[r][v] += x * w[v];
    }
  }
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kWide; ++v) store(sum[r][v], out + r * out_stride + v * kLanes);
}

template <int kRows>
VAECOMP_INLINE void multiply_strip(const float* in, int in_stride, int channels_in,
                                   const float* weights, const float* bias, int channels_out,
                                   float* out, int out_stride) {
  int d = 0;
  const auto bias_at = [&](int i) { return bias ? bias + i : nullptr; };
  for (; d + 2 * kLanes <= channels_out; d += 2 * kLanes)
    multiply_block<kRows, 2>(in, in_stride, channels_in, weights + d, bias_at(d), channels_out,
                             out + d, out_stride);
  for (; d + kLanes <= channels_out; d += kLanes)
    multiply_block<kRows, 1>(in, in_stride, channels_in, weights + d, bias_at(d), channels_out,
                             out + d, out_stride);
  for (; d < channels_out; ++d)
    for (int r = 0; r < kRows; ++r) {
      float sum = bias ? bias[d] : 0.0f;
      for (int c = 0; c < channels_in; ++c)
        sum += in[r * in_stride + c] * weights[c * channels_out + d];
      out[r * out_stride + d] = sum;
    }
}

}  // namespace

VAECOMP_KERNEL
void multiply_rows(const float* in, int in_stride, int positions, int channels_in,
                   const float* weights, const float* bias, int channels_out, float* out,
                   int out_stride) {
  static constexpr int kRows = 4;
  int p = 0;
  for (; p + kRows <= positions; p += kRows)
    multiply_strip<kRows>(in + p * in_stride, in_stride, channels_in, weights, bias, channels_out,
                          out + p * out_stride, out_stride);
  for (; p < positions; ++p)
    multiply_strip<1>(in + p * in_stride, in_stride, channels_in, weights, bias, channels_out,
                      out + p * out_stride, out_stride);
}

VAECOMP_KERNEL
void depthwise_row(const float* in, int height, int width, int channels, const float* taps,
                   const float* bias, int k, int y, float* out) {
  const int half = k / 2;
  const int i_begin = std::max(0, half - y), i_end = std::min(k, height + half - y);
  for (int x = 0; x < width; ++x) {
    const int j_begin = std::max(0, half - x), j_end = std::min(k, width + half - x);
    const auto from = [&](int i, int j) {
      return in + (static_cast<std::ptrdiff_t>(y + i - half) * width + x + j - half) * channels;
    };
    int c = 0;
    for (; c + kLanes <= channels; c += kLanes) {
      Lanes sum, x_lanes, tap;
      load(bias + c, sum);
      for (int i = i_begin; i < i_end; ++i)
        for (int j = j_begin; j < j_end; ++j) {
          load(from(i, j) + c, x_lanes);
          load(taps + (i * k + j) * channels + c, tap);
          sum += x_lanes * tap;
        }
      store(sum, out + static_cast<std::ptrdiff_t>(x) * channels + c);
    }
    for (; c < channels; ++c) {
      float sum = bias[c];
      for (int i = i_begin; i < i_end; ++i)
        for (int j = j_begin; j < j_end; ++j)
          sum += from(i, j)[c] * taps[(i * k + j) * channels + c];
      out[static_cast<std::ptrdiff_t>(x) * channels + c] = sum;
    }
  }
}

}  // namespace vaecomp
