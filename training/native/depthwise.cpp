// Levels of the loops in depthwise.inc, and plain loops for channels that do not fill kTapLanes.
#include "training/native/depthwise.h"

#include "training/native/vector_headers.h"

namespace vaecomp::training {
namespace {

constexpr int kMaxColumns = kMaxSide + 3;  // of the windows of four neighbours

alignas(64) constexpr float kZeros[kMaxChannels] = {};  // channels of a position outside

struct RowWindow {
  const float* rows[kMaxSide];  // of the picture, by row of the window: top .. bottom - 1
  int top, bottom, width, channels, k;
  const float* taps;
  const float* bias;
  const float* zeros;
};

struct TapWork {
  const float* in;
  const float* gradient;
  int batch, height, width, channels, k;
  const float* zeros;
  float* taps;
};

#define VAECOMP_LOOPS "training/native/depthwise.inc"
#include "training/native/vector_levels.inc"

#if defined(VAECOMP_KERNEL_LEVELS)
#define VAECOMP_LEVEL(level, space)                                                               \
  __attribute__((target(level))) void convolve(const RowWindow& window, int first, int positions, \
                                               float* out) {                                      \
    space::convolve_row(window, first, positions, out);                                           \
  }                                                                                               \
  __attribute__((target(level))) void sum(const TapWork& work) { space::sum_all_taps(work); }
VAECOMP_LEVEL("arch=x86-64-v4", v4)
VAECOMP_LEVEL("arch=x86-64-v3", v3)
VAECOMP_LEVEL("default", baseline)
#else
void convolve(const RowWindow& window, int first, int positions, float* out) {
  baseline::convolve_row(window, first, positions, out);
}
void sum(const TapWork& work) { baseline::sum_all_taps(work); }
#endif

}  // namespace

void depthwise_row(const Picture& in, const float* taps, const float* bias, int k, int y, int first,
                   int positions, float* out) {
  const int half = k / 2, channels = in.channels;
  RowWindow window{.rows = {},
                   .top = std::max(0, half - y),
                   .bottom = std::min(k, in.height + half - y),
                   .width = in.width,
                   .channels = channels,
                   .k = k,
                   .taps = taps,
                   .bias = bias,
                   .zeros = kZeros};
  for (int i = window.top; i < window.bottom; ++i)
    window.rows[i] = in.values + static_cast<std::ptrdiff_t>(y + i - half) * in.width * channels;
  convolve(window, first, positions, out);
  for (int c = channels / kTapLanes * kTapLanes; c < channels; ++c) {
    for (int p = 0; p < positions; ++p) {
      const int x = first + p;
      float value = bias[c];
      for (int i = window.top; i < window.bottom; ++i) {
        for (int j = std::max(0, half - x); j < std::min(k, in.width + half - x); ++j) {
          value += window.rows[i][static_cast<std::ptrdiff_t>(x + j - half) * channels + c] *
                   taps[static_cast<std::ptrdiff_t>(i * k + j) * channels + c];
        }
      }
      out[static_cast<std::ptrdiff_t>(p) * channels + c] = value;
    }
  }
}

void depthwise_taps(const Picture& in, const float* gradient, int batch, int k, int first,
                    int count, float* taps) {
  if (count == kTapLanes) {
    sum({in.values + first, gradient + first, batch, in.height, in.width, in.channels, k, kZeros,
         taps});
    return;
  }
  const int half = k / 2;
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(in.width) * in.channels;
  std::fill_n(taps, k * k * kTapLanes, 0.0F);
  for (int at = 0; at < batch * in.height; ++at) {
    const int y = at % in.height;
    for (int i = std::max(0, half - y); i < std::min(k, in.height + half - y); ++i) {
      for (int j = 0; j < k; ++j) {
        for (int x = std::max(0, half - j); x < std::min(in.width, in.width + half - j); ++x) {
          const float* const g =
              gradient + at * row + static_cast<std::ptrdiff_t>(x) * in.channels + first;
          const float* const v = in.values + (at + i - half) * row +
                                 static_cast<std::ptrdiff_t>(x + j - half) * in.channels + first;
          for (int c = 0; c < count; ++c) taps[(i * k + j) * kTapLanes + c] += g[c] * v[c];
        }
      }
    }
  }
}

}  // namespace vaecomp::training
