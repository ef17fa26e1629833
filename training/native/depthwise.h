// Depthwise convolutions with zero padding, and the gradient of their taps, in single precision.
#pragma once

#include <cstddef>

namespace vaecomp::training {

inline constexpr int kMaxSide = 15;   // of the window, VM-09
inline constexpr int kTapLanes = 16;  // channels that go together
inline constexpr int kMaxChannels = 1 << 14;

// A picture [height][width][channels], contiguous.
struct Picture {
  const float* values;
  int height, width, channels;
};

// Positions first .. first + positions - 1 of row `y` of the convolution with an odd side k, at
// most kMaxSide: out[p][c] = bias[c] + sum over i, j of taps[i * k + j][c] * in[y + i - k/2][x + j
// - k/2][c], where `in` is 0 outside of its borders. Position p begins at out + p * channels.
void depthwise_row(const Picture& in, const float* taps, const float* bias, int k, int y, int first,
                   int positions, float* out);

// Gradient of the taps of channels first .. first + count - 1, at most kTapLanes of them: taps
// [k * k][kTapLanes] = sum over pictures, rows y and columns x of gradient[y][x] * in[y + i -
// k/2][x + j - k/2]. `in` and `gradient` hold `batch` pictures of the shape of the first, which is
// given.
void depthwise_taps(const Picture& in, const float* gradient, int batch, int k, int first,
                    int count, float* taps);

}  // namespace vaecomp::training
