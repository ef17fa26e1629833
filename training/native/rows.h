// Loops over the channels of positions that stand around the products. All rows are contiguous.
#pragma once

#include <cstddef>

namespace vaecomp::training {

// values = max(values, 0).
void rectify(float* values, std::size_t count);

// Sets `gradient` to 0 where `activation` is not positive.
void mask_gradient(float* gradient, const float* activation, std::size_t count);

// to += from.
void add(float* to, const float* from, std::size_t count);

// sums [channels] = sum over rows of x [rows][channels].
void sum_rows(const float* x, int rows, int channels, float* sums);

// y = x * scale + bias for `rows` rows.
void scale_rows(const float* x, const float* scale, const float* bias, int rows, int channels,
                float* y);

// The gradients of scale_rows(): to x, and summed over the rows to scale and bias. `gradient_x` may
// be null.
void scale_rows_backward(const float* gradient, const float* x, const float* scale, int rows,
                         int channels, float* gradient_x, float* gradient_scale,
                         float* gradient_bias);

}  // namespace vaecomp::training
