// Plain loops in the shape that compilers turn into vector code; results equal reference_ops.cpp
// bit for bit. Exact zone.
#include "codec/nn/kernels.h"

#include <algorithm>

#include "codec/nn/kernel_targets.h"
#include "codec/nn/requantise.h"

namespace vaecomp {
namespace {

// Positions that a kernel works on at once where it can.
constexpr int kPositions = 4;

constexpr int kMaxKernel = 15;  // side of a depthwise convolution, VM-09

// The part of a depthwise window that lies inside the tensor.
struct Window {
  const std::int16_t* const* rows_of_x;  // the first column's channel 0 in each row
  std::ptrdiff_t offset;                 // from there to the window's first value
  const std::int16_t* w;                 // the weight that meets it
  std::ptrdiff_t w_row;                  // from one row of weights to the next
  int rows, columns;
};

// Channels c .. c + L - 1 of P neighbouring positions that have the same window.
template <int P, int L>
VAECOMP_INLINE void depthwise_lanes(const LayerParameters& layer, const Window& window,
                                    std::ptrdiff_t channels, int c, std::int16_t* y,
                                    std::ptrdiff_t y_stride) {
  std::int32_t acc[P][L] = {};
  for (int i = 0; i < window.rows; ++i) {
    const std::int16_t* VAECOMP_RESTRICT x = window.rows_of_x[i] + window.offset + c;
    const std::int16_t* VAECOMP_RESTRICT w = window.w + i * window.w_row + c;
    for (int j = 0; j < window.columns; ++j, x += channels, w += channels) {
      VAECOMP_UNROLL for (int p = 0; p < P; ++p) {
        for (int l = 0; l < L; ++l) acc[p][l] += std::int32_t{x[p * channels + l]} * w[l];
      }
    }
  }
  const std::int32_t* bias = layer.bias.data() + c;
  const std::int32_t* multiplier = layer.multiplier.data() + c;
  const std::int64_t half = std::int64_t{1} << (layer.shift - 1);
  for (int p = 0; p < P; ++p) {
    std::int16_t* VAECOMP_RESTRICT out = y + p * y_stride + c;
    for (int l = 0; l < L; ++l) {
      out[l] = requantise(acc[p][l] + bias[l], multiplier[l], half, layer.shift - 32, layer.low,
                          layer.high);
    }
  }
}

template <int P>
VAECOMP_INLINE void depthwise_positions(const LayerParameters& layer, const Window& window,
                                        int channels, std::int16_t* y, std::ptrdiff_t y_stride) {
  int c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    depthwise_lanes<P, kLanes>(layer, window, channels, c, y, y_stride);
  }
  for (; c < channels; ++c) depthwise_lanes<P, 1>(layer, window, channels, c, y, y_stride);
}

}  // namespace

VAECOMP_KERNEL
void depthwise_row(const LayerParameters& layer, const TensorRows& x, int k, int row, int first,
                   Row y, int positions) {
  const int r = k / 2;
  const int top = std::max(row - r, 0), bottom = std::min(row + r, x.height - 1);
  const std::ptrdiff_t channels = x.channels;
  const std::int16_t* rows_of_x[kMaxKernel];
  for (int i = top; i <= bottom; ++i) rows_of_x[i - top] = x.row(i);
  for (int p = 0; p < positions;) {
    const int column = first + p;
    const int left = std::max(column - r, 0), right = std::min(column + r, x.width - 1);
    const Window window = {
        .rows_of_x = rows_of_x,
        .offset = left * channels,
        .w = layer.weights.data() + ((top - row + r) * k + left - column + r) * channels,
        .w_row = k * channels,
        .rows = bottom - top + 1,
        .columns = right - left + 1};
    // Four whole windows side by side, or one window, cut off by the tensor's border or not.
    const bool whole = column >= r && column + kPositions - 1 + r < x.width;
    if (whole && p + kPositions <= positions) {
      depthwise_positions<kPositions>(layer, window, x.channels, y.data + p * y.stride, y.stride);
      p += kPositions;
    } else {
      depthwise_positions<1>(layer, window, x.channels, y.data + p * y.stride, y.stride);
      p += 1;
    }
  }
}

VAECOMP_KERNEL
void add_row(const LayerParameters& layer, ConstRow a, ConstRow b, Row y, int channels,
             int positions) {
  const int low = layer.low, high = layer.high;
  for (int p = 0; p < positions; ++p) {
    const std::int16_t* pa = a.data + p * a.stride;
    const std::int16_t* pb = b.data + p * b.stride;
    std::int16_t* py = y.data + p * y.stride;
    for (int c = 0; c < channels; ++c) {
      py[c] = static_cast<std::int16_t>(std::clamp(pa[c] + pb[c], low, high));
    }
  }
}

VAECOMP_KERNEL
void affine_row(const LayerParameters& layer, int quality, ConstRow x, Row y, int channels,
                int positions) {
  const std::int32_t* scale = layer.multiplier.data() + std::ptrdiff_t{quality} * channels;
  const std::int32_t* bias = layer.bias.data() + std::ptrdiff_t{quality} * channels;
  const std::int64_t half = std::int64_t{1} << (layer.shift - 1);
  const int shift = layer.shift;
  const std::int64_t low = layer.low, high = layer.high;
  for (int p = 0; p < positions; ++p) {
    const std::int16_t* px = x.data + p * x.stride;
    std::int16_t* py = y.data + p * y.stride;
    for (int c = 0; c < channels; ++c) {
      const std::int64_t v = ((std::int64_t{scale[c]} * px[c] + half) >> shift) + bias[c];
      py[c] = static_cast<std::int16_t>(std::clamp(v, low, high));
    }
  }
}

VAECOMP_KERNEL
void relu_row(ConstRow x, Row y, int channels, int positions) {
  for (int p = 0; p < positions; ++p) {
    const std::int16_t* px = x.data + p * x.stride;
    std::int16_t* py = y.data + p * y.stride;
    for (int c = 0; c < channels; ++c) py[c] = std::max<std::int16_t>(px[c], 0);
  }
}

}  // namespace vaecomp
