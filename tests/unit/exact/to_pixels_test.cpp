// Rounding, clipping, grey, cropping and strides of the pixel conversion.
#include "codec/exact/to_pixels.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "codec/base/tensor.h"

namespace vaecomp {
namespace {

using Samples = std::vector<std::uint8_t>;

Tensor picture(int height, int width) {
  Tensor t(height, width, 3);
  int v = -700;
  for (std::int16_t& value : t.values) {
    value = static_cast<std::int16_t>(v);
    v = v > 17000 ? -700 : v + 37;
  }
  return t;
}

// The samples of the whole tensor.
Samples whole(const Tensor& t, PixelKind kind) {
  const std::size_t stride = static_cast<std::size_t>(t.width) * (kind == PixelKind::kGrey ? 1 : 3);
  Samples samples(stride * t.height);
  for (int y = 0; y < t.height; ++y) to_pixels(t.row(y), t.width, kind, &samples[y * stride]);
  return samples;
}

TEST_CASE("VC-31: samples are rounded and clipped") {
  Tensor t(1, 4, 3);
  t.values = {0, 31, 32, -32, -33, 95, 96, 16320, 16351, 16352, 32767, -32768};
  CHECK(whole(t, PixelKind::kRgb) == Samples{0, 0, 1, 0, 0, 1, 2, 255, 255, 255, 255, 0});
}

TEST_CASE("VC-31: grey is (r + 2 g + b) / 4, rounded twice") {
  Tensor t(1, 6, 3);
  t.values = {64,    64,    64,    64,     0,      0,      0,   64, 0,
              32767, 32767, 32767, -32768, -32768, -32768, 127, 0,  -1};
  // (127 - 1 + 2) >> 2 = 32, which rounds up to 1; (64 + 2) >> 2 = 16 rounds to 0; (128 + 2) >> 2
  // = 32.
  CHECK(whole(t, PixelKind::kGrey) == Samples{1, 0, 1, 255, 0, 1});
}

TEST_CASE("VC-31: whole pictures follow the formula") {
  const Tensor t = picture(13, 50);
  {
    const Samples rgb = whole(t, PixelKind::kRgb), grey = whole(t, PixelKind::kGrey);
    for (int y = 0; y < t.height; ++y) {
      for (int x = 0; x < t.width; ++x) {
        const std::int16_t* p = t.at(y, x);
        for (int c = 0; c < 3; ++c) {
          CHECK(rgb[(y * t.width + x) * 3 + c] == std::clamp((p[c] + 32) >> 6, 0, 255));
        }
        const int mean = (p[0] + 2 * p[1] + p[2] + 2) >> 2;
        CHECK(grey[y * t.width + x] == std::clamp((mean + 32) >> 6, 0, 255));
      }
    }
  }
}

TEST_CASE("VC-42: a neutral picture has the grey sample three times, at both depths") {
  const Tensor t = picture(13, 50);
  const Samples grey = whole(t, PixelKind::kGrey), neutral = whole(t, PixelKind::kNeutral);
  for (std::size_t i = 0; i < neutral.size(); ++i) CHECK(neutral[i] == grey[i / 3]);
  std::vector<std::uint16_t> grey_16(50), neutral_16(150);
  to_pixels(t.row(7), 50, PixelKind::kGrey, grey_16.data());
  to_pixels(t.row(7), 50, PixelKind::kNeutral, neutral_16.data());
  for (std::size_t i = 0; i < neutral_16.size(); ++i) CHECK(neutral_16[i] == grey_16[i / 3]);
}

TEST_CASE("VC-30: what lies to the right is cropped, and nothing else is written") {
  const Tensor t = picture(16, 32);
  const Samples all = whole(t, PixelKind::kRgb);
  constexpr int kWidth = 19, kRow = 5;
  Samples samples(3 * kWidth + 4, 77);
  to_pixels(t.row(kRow), kWidth, PixelKind::kRgb, samples.data());
  for (int i = 0; i < static_cast<int>(samples.size()); ++i)
    CHECK(samples[i] == (i < 3 * kWidth ? all[kRow * 3 * t.width + i] : 77));
}

}  // namespace
}  // namespace vaecomp
