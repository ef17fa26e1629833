// PSNR and MS-SSIM against closed forms and against the Python implementation in tools/eval.
#include "tools/metrics/metrics.h"

#include <doctest/doctest.h>

#include <cmath>

namespace vaecomp {
namespace {

Image flat(int width, int height, int channels, std::uint8_t value) {
  return {.samples = Bytes(static_cast<std::size_t>(width) * height * channels, value),
          .width = width,
          .height = height,
          .channels = channels};
}

// A repeatable picture with structure: sample = (3 x + 5 y + x y / 7 + 40 c) mod 256.
Image pattern(int width, int height, int channels) {
  Image image = flat(width, height, channels, 0);
  std::size_t i = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        image.samples[i++] = static_cast<std::uint8_t>(3 * x + 5 * y + x * y / 7 + 40 * c);
      }
    }
  }
  return image;
}

// The same with every sample moved toward 128 by a repeatable amount.
Image disturbed(Image image) {
  for (std::size_t i = 0; i < image.samples.size(); ++i) {
    const int amount = static_cast<int>(i * i / 11 % 23);
    image.samples[i] = static_cast<std::uint8_t>(
        image.samples[i] < 128 ? image.samples[i] + amount : image.samples[i] - amount);
  }
  return image;
}

TEST_CASE("PSNR of a constant difference") {
  for (const int difference : {1, 2, 16, 255}) {
    const Image a = flat(7, 3, 3, 0), b = flat(7, 3, 3, static_cast<std::uint8_t>(difference));
    CHECK(psnr(a.view(), b.view()) == doctest::Approx(20 * std::log10(255.0 / difference)));
  }
  Image one = flat(10, 10, 1, 50);
  one.samples[99] = 60;  // MSE = 100 / 100
  CHECK(psnr(one.view(), flat(10, 10, 1, 50).view()) == doctest::Approx(20 * std::log10(255.0)));
}

TEST_CASE("equal pictures") {
  const Image image = pattern(180, 170, 3);
  CHECK(std::isinf(psnr(image.view(), image.view())));
  CHECK(ms_ssim(image.view(), image.view()).value() == doctest::Approx(1));
}

TEST_CASE("MS-SSIM needs room for five scales") {
  const Image narrow = pattern(160, 300, 1), enough = pattern(161, 161, 1);
  CHECK_FALSE(ms_ssim(narrow.view(), narrow.view()).has_value());
  CHECK(ms_ssim(enough.view(), enough.view()).has_value());
}

TEST_CASE("MS-SSIM of two flat pictures is their luminance term") {
  const double c1 = 0.01 * 255 * 0.01 * 255;
  const double luminance = (2.0 * 100 * 120 + c1) / (100.0 * 100 + 120.0 * 120 + c1);
  const Image a = flat(176, 176, 3, 100), b = flat(176, 176, 3, 120);
  CHECK(ms_ssim(a.view(), b.view()).value() == doctest::Approx(std::pow(luminance, 0.1333)));
}

TEST_CASE("MS-SSIM of anti-correlated pictures is zero, not an error") {
  const Image a = pattern(176, 176, 1);
  Image b = a;
  for (std::uint8_t& sample : b.samples) sample = static_cast<std::uint8_t>(255 - sample);
  CHECK(ms_ssim(a.view(), b.view()).value() == 0);
}

TEST_CASE("both agree with tools/eval/rdeval/metrics.py, odd sides included") {
  const struct {
    int width, height;
    double psnr, ms_ssim;
  } expected[] = {{176, 192, 26.025494827359, 0.984271045228},
                  {203, 177, 26.026274859581, 0.984613015177},
                  {321, 161, 26.025608711753, 0.985381394730}};
  for (const auto& row : expected) {
    const Image a = pattern(row.width, row.height, 3), b = disturbed(a);
    CHECK(psnr(a.view(), b.view()) == doctest::Approx(row.psnr).epsilon(1e-9));
    CHECK(ms_ssim(a.view(), b.view()).value() == doctest::Approx(row.ms_ssim).epsilon(1e-9));
  }
}

TEST_CASE("grey becomes RGB with equal channels") {
  const Image rgb = to_rgb(pattern(2, 1, 1).view());
  CHECK(rgb.channels == 3);
  CHECK(rgb.samples == Bytes{0, 0, 0, 3, 3, 3});
  CHECK(to_rgb(rgb.view()).samples == rgb.samples);
}

}  // namespace
}  // namespace vaecomp
