// Colours made equal where that is worth its error.
#include "codec/encoder/merged_colours.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "codec/encoder/packed_colour.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

constexpr int kWidth = 96, kHeight = 64;

// Letters on paper, both with noise of +- `noise`.
Image scan(int noise, int channels) {
  Image image{.samples = {}, .width = kWidth, .height = kHeight, .channels = channels};
  test::Random random(5);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const bool ink = x % 9 < 3 && y % 12 < 8;
      for (int c = 0; c < channels; ++c) {
        const int off = static_cast<int>(random.next() % (2 * noise + 1)) - noise;
        image.samples.push_back(static_cast<std::uint8_t>((ink ? 40 : 220) + 10 * c + off));
      }
    }
  }
  return image;
}

std::vector<std::uint8_t> merged(const Image& image, double error_bits, int levels = 32) {
  return merged_colours(image.view(), calm_pixels(image.view()),
                        {.error_bits = error_bits, .levels = levels});
}

std::size_t colours(const std::vector<std::uint8_t>& samples, int channels) {
  std::set<PackedColour> found;
  for (std::size_t i = 0; i < samples.size(); i += channels)
    found.insert(pack_colour(&samples[i], channels));
  return found.size();
}

double mean_error(const Image& image, const std::vector<std::uint8_t>& samples) {
  double sum = 0;
  for (std::size_t i = 0; i < samples.size(); ++i)
    sum += std::pow(image.samples[i] - samples[i], 2);
  return sum / static_cast<double>(samples.size());
}

TEST_CASE("the cheaper errors are, the fewer colours are left") {
  for (const int channels : {1, 3}) {
    CAPTURE(channels);
    const Image image = scan(4, channels);
    const auto coarse = merged(image, 0.01), fine = merged(image, 1);
    CHECK(colours(coarse, channels) <= 12);
    CHECK(colours(coarse, channels) < colours(fine, channels));
    CHECK(mean_error(image, coarse) > mean_error(image, fine));
    // Paper and ink stay apart, and keep their means.
    CHECK(mean_error(image, coarse) < 12);
    CHECK(merged(image, 1e6, 256) == image.samples);
  }
}

TEST_CASE("flat pixels keep their colours whatever errors cost, smooth ones all but 1") {
  Image image = scan(0, 3);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 60; x < kWidth; ++x)
      for (int c = 0; c < 3; ++c)
        image.samples[(y * kWidth + x) * 3 + c] = static_cast<std::uint8_t>(2 * x + y / 2);
  const std::vector<Calm> calm = calm_pixels(image.view());
  const auto moved = merged(image, 1e-4, 4);
  CHECK(moved != image.samples);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const int error = std::abs(moved[i] - image.samples[i]);
    if (calm[i / 3] == Calm::kFlat) CHECK(error == 0);
    if (calm[i / 3] == Calm::kSmooth) CHECK(error <= 1);
  }
}

TEST_CASE("pictures of any size") {
  for (const int width : {1, 2, 17})
    for (const int height : {1, 3}) {
      const Image image = test::picture(width, height, 3);
      CHECK(merged(image, 0.1).size() == image.samples.size());
    }
}

}  // namespace
}  // namespace vaecomp
