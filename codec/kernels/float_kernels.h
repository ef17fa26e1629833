// The loops in which float networks spend their time, in single precision.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "codec/base/tensor_rows.h"

namespace vaecomp {

// Weights of a 1x1 convolution as multiply_rows reads them: groups of 16 outputs,
// [ceil(outputs / 16)][inputs][16], zeros where there is no output.
struct PackedWeights {
  int inputs = 0, outputs = 0;
  std::vector<float> values;
};

// From `weights` [inputs][outputs].
PackedWeights pack_weights(const float* weights, int inputs, int outputs);

// Below all sums.
inline constexpr float kAnything = -std::numeric_limits<float>::infinity();

inline constexpr int kDotLanes = 16;

// One level's versions. Sums are fused multiply-adds in the order of the inputs wherever the
// processor has them, so that all of these machines give equal results; others differ by roundings.
struct FloatKernels {
  // out[p][d] = max(least, bias[d] + sum over c of in[p][c] * weights[c][d]), for `positions` rows
  // of channels. Row p begins at in + p * in_stride and out + p * out_stride. Without bias (null)
  // the sum starts at 0. `least`: 0 for a ReLU, or kAnything. Nothing overlaps `out`.
  void (*multiply_rows)(const float* in, std::ptrdiff_t in_stride, int positions,
                        const PackedWeights& weights, const float* bias, float least, float* out,
                        std::ptrdiff_t out_stride);

  // Positions first .. first + positions - 1 of row `y` of a depthwise convolution with an odd side
  // k, at most 15: out[p][c] = bias[c] + sum over i, j of taps[i * k + j][c] * in[y + i - k/2][x +
  // j - k/2][c], where `in` is 0 outside of its borders. Position p begins at out + p * out_stride.
  void (*depthwise_row)(const RowsOf<float>& in, const float* taps, const float* bias, int k, int y,
                        int first, int positions, float* out, std::ptrdiff_t out_stride);

  // values = min(max(values, low), high)
  void (*clip)(float* values, std::size_t count, float low, float high);

  // Gradients stop where the value came to rest on a bound: 0 where it is not inside of low ..
  // high.
  void (*gate)(const float* values, std::size_t count, float low, float high, float* gradient);

  // y = a + b; y may be a or b.
  void (*add)(const float* a, const float* b, std::size_t count, float* y);

  // y = x * scale + bias; y may be x.
  void (*scale)(const float* x, const float* scale, const float* bias, std::size_t count, float* y);

  // y = asinh(x), to 2e-7 and 2e-7 of it, for |x| up to 1e18; y may be x.
  void (*asinh)(const float* x, std::size_t count, float* y);

  // The sum of a[i] * b[i], for a count that is a multiple of kDotLanes: so many sums side by side,
  // so that all levels give the same.
  double (*dot)(const float* a, const float* b, int count);
};

}  // namespace vaecomp
