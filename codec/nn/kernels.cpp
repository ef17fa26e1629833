// Plain loops in the shape that compilers turn into vector code; results equal reference_ops.cpp
// bit for bit. Exact zone.
#include "codec/nn/kernels.h"

#include <algorithm>

#include "codec/nn/kernel_targets.h"
#include "codec/nn/requantise.h"

namespace vaecomp {
namespace {

// conv1x1 computes kPositions x kOutputs dot products at once: every vector loaded is used that
// many times. On x86-64 an int16 dot product becomes pmaddwd, which adds products in pairs; VM-21
// bounds every partial sum, so pairs fit too.
constexpr int kPositions = 4;
constexpr int kOutputs = 4;

// Outputs of a panel, whose accumulators wait in the first-level cache to be rounded together.
constexpr int kPanel = 32;

// acc[p * kPanel + d] = dot product of position p of x and row d of w, over 16 * blocks channels.
template <int P, int D>
VAECOMP_INLINE void dot_products(const std::int16_t* VAECOMP_RESTRICT x, std::ptrdiff_t stride,
                                 const std::int16_t* VAECOMP_RESTRICT w, std::ptrdiff_t w_stride,
                                 int blocks, std::int32_t* VAECOMP_RESTRICT acc) {
  const int n = blocks * kLanes;  // written so that the compiler sees the multiple
  std::int32_t sum[P][D] = {};
  for (int c = 0; c < n; ++c) {
    for (int p = 0; p < P; ++p) {
      for (int d = 0; d < D; ++d) {
        sum[p][d] += std::int32_t{x[p * stride + c]} * w[d * w_stride + c];
      }
    }
  }
  for (int p = 0; p < P; ++p) {
    for (int d = 0; d < D; ++d) acc[p * kPanel + d] = sum[p][d];
  }
}

// Outputs first .. first + count - 1 of P positions; x and y point at the first position.
template <int P>
VAECOMP_INLINE void conv1x1_panel(const LayerParameters& layer, const std::int16_t* x,
                                  std::ptrdiff_t x_stride, int blocks, std::int16_t* y,
                                  std::ptrdiff_t y_stride, int first, int count) {
  std::int32_t acc[P * kPanel];
  const std::ptrdiff_t w_stride = std::ptrdiff_t{layer.blocks} * kLanes;
  const std::int16_t* w = layer.weights.data() + first * w_stride;
  int d = 0;
  for (; d + kOutputs <= count; d += kOutputs) {
    dot_products<P, kOutputs>(x, x_stride, w + d * w_stride, w_stride, blocks, acc + d);
  }
  for (; d < count; ++d) {
    dot_products<P, 1>(x, x_stride, w + d * w_stride, w_stride, blocks, acc + d);
  }
  const std::int32_t* VAECOMP_RESTRICT bias = layer.bias.data() + first;
  const std::int32_t* VAECOMP_RESTRICT multiplier = layer.multiplier.data() + first;
  const std::int64_t half = std::int64_t{1} << (layer.shift - 1);
  for (int p = 0; p < P; ++p) {
    std::int16_t* VAECOMP_RESTRICT out = y + p * y_stride + first;
    for (int i = 0; i < count; ++i) {
      out[i] = requantise(acc[p * kPanel + i] + bias[i], multiplier[i], half, layer.shift - 32,
                          layer.low, layer.high);
    }
  }
}

// The part of a depthwise window that lies inside the tensor.
struct Window {
  const std::int16_t* x;        // its first value, channel 0
  const std::int16_t* w;        // the weight that meets it
  std::ptrdiff_t x_row, w_row;  // from one row to the next
  int rows, columns;
};

// Channels c .. c + L - 1 of P neighbouring positions that have the same window.
template <int P, int L>
VAECOMP_INLINE void depthwise_lanes(const LayerParameters& layer, const Window& window,
                                    std::ptrdiff_t channels, int c, std::int16_t* y,
                                    std::ptrdiff_t y_stride) {
  std::int32_t acc[P][L] = {};
  for (int i = 0; i < window.rows; ++i) {
    const std::int16_t* VAECOMP_RESTRICT x = window.x + i * window.x_row + c;
    const std::int16_t* VAECOMP_RESTRICT w = window.w + i * window.w_row + c;
    for (int j = 0; j < window.columns; ++j, x += channels, w += channels) {
      for (int p = 0; p < P; ++p) {
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

}  // namespace

// Panels outside, positions inside: a panel's weights stay in the cache while all positions pass
// by.
VAECOMP_KERNEL
void conv1x1_row(const LayerParameters& layer, ConstRow x, Row y, int outputs, int positions) {
  x.data += std::ptrdiff_t{layer.first_block} * kLanes;
  const int blocks = blocks_in_use(x, layer.blocks, positions);
  for (int first = 0; first < outputs; first += kPanel) {
    const int count = std::min(kPanel, outputs - first);
    int p = 0;
    for (; p + kPositions <= positions; p += kPositions) {
      conv1x1_panel<kPositions>(layer, x.data + p * x.stride, x.stride, blocks,
                                y.data + p * y.stride, y.stride, first, count);
    }
    for (; p < positions; ++p) {
      conv1x1_panel<1>(layer, x.data + p * x.stride, x.stride, blocks, y.data + p * y.stride,
                       y.stride, first, count);
    }
  }
}

VAECOMP_KERNEL
void depthwise_row(const LayerParameters& layer, const Tensor& x, int k, int row, int first, Row y,
                   int positions) {
  const int r = k / 2;
  const int top = std::max(row - r, 0), bottom = std::min(row + r, x.height - 1);
  const std::ptrdiff_t channels = x.channels;
  for (int p = 0; p < positions;) {
    const int column = first + p;
    const int left = std::max(column - r, 0), right = std::min(column + r, x.width - 1);
    const Window window = {
        .x = x.at(top, left),
        .w = layer.weights.data() + ((top - row + r) * k + left - column + r) * channels,
        .x_row = static_cast<std::ptrdiff_t>(x.row_size()),
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
