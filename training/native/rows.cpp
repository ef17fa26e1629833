// Plain loops, compiled for each level.
#include "training/native/rows.h"

#include <algorithm>

#include "training/native/kernel_targets.h"

namespace vaecomp::training {
VAECOMP_KERNEL
void rectify(float* values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) values[i] = values[i] > 0 ? values[i] : 0;
}

VAECOMP_KERNEL
void mask_gradient(float* gradient, const float* activation, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) gradient[i] = activation[i] > 0 ? gradient[i] : 0;
}

VAECOMP_KERNEL
void add(float* to, const float* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] += from[i];
}

VAECOMP_KERNEL
void sum_rows(const float* x, int rows, int channels, float* sums) {
  std::fill_n(sums, channels, 0.0F);
  for (int p = 0; p < rows; ++p, x += channels) {
    for (int c = 0; c < channels; ++c) sums[c] += x[c];
  }
}

VAECOMP_KERNEL
void scale_rows(const float* x, const float* scale, const float* bias, int rows, int channels,
                float* y) {
  for (int p = 0; p < rows; ++p, x += channels, y += channels) {
    for (int c = 0; c < channels; ++c) y[c] = x[c] * scale[c] + bias[c];
  }
}

VAECOMP_KERNEL
void scale_rows_backward(const float* gradient, const float* x, const float* scale, int rows,
                         int channels, float* gradient_x, float* gradient_scale,
                         float* gradient_bias) {
  std::fill_n(gradient_scale, channels, 0.0F);
  std::fill_n(gradient_bias, channels, 0.0F);
  for (int p = 0; p < rows; ++p, x += channels, gradient += channels) {
    for (int c = 0; c < channels; ++c) gradient_scale[c] += gradient[c] * x[c];
    for (int c = 0; c < channels; ++c) gradient_bias[c] += gradient[c];
    if (!gradient_x) continue;
    float* const to = gradient_x + static_cast<std::ptrdiff_t>(p) * channels;
    for (int c = 0; c < channels; ++c) to[c] = gradient[c] * scale[c];
  }
}

}  // namespace vaecomp::training
