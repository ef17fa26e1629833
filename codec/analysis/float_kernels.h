// The two loops in which float networks spend their time. Compiled once per x86-64 level; every
// version adds in the same order and none fuses, so all give equal results.
#pragma once

namespace vaecomp {

// out[p][d] = bias[d] + sum over c of in[p][c] * weights[c][d], for `positions` rows of channels.
// Row p begins at in + p * in_stride and out + p * out_stride. Without bias (null) the sum starts
// at 0. Nothing overlaps `out`.
void multiply_rows(const float* in, int in_stride, int positions, int channels_in,
                   const float* weights, const float* bias, int channels_out, float* out,
                   int out_stride);

// Output row `y` of a depthwise convolution with an odd side k: out[x][c] = bias[c] + sum over i, j
// of taps[i * k + j][c] * in[y + i - k/2][x + j - k/2][c], where `in` is [height][width][channels]
// and 0 outside of it.
void depthwise_row(const float* in, int height, int width, int channels, const float* taps,
                   const float* bias, int k, int y, float* out);

}  // namespace vaecomp
