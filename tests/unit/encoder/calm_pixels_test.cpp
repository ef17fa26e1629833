// Flat, smooth and other pixels.
#include "codec/encoder/calm_pixels.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/pictures.h"

namespace vaecomp {
namespace {

Image grey(int width, int height) {
  Image image{.samples = {}, .width = width, .height = height, .channels = 1};
  image.samples.assign(static_cast<std::size_t>(width) * height, 200);
  return image;
}

TEST_CASE("an even ground is flat up to the rim of what stands on it") {
  Image image = grey(20, 10);
  for (int y = 0; y < 10; ++y) std::fill_n(&image.samples[y * 20 + 12], 8, std::uint8_t{90});
  image.samples[4 * 20 + 5] = 10;  // a dot
  const std::vector<Calm> calm = calm_pixels(image.view());
  CHECK(calm[4 * 20 + 5] == Calm::kNone);
  for (int i = 0; i < 200; ++i)
    if (i != 4 * 20 + 5) CHECK(calm[i] == Calm::kFlat);
}

TEST_CASE("slopes are smooth, noise and edges are not") {
  Image image{.samples = {}, .width = 40, .height = 8, .channels = 3};
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 40; ++x)
      for (int c = 0; c < 3; ++c)
        image.samples.push_back(static_cast<std::uint8_t>(40 + 3 * x + 2 * y + 5 * c));
  const auto count = [&](Calm kind) {
    const std::vector<Calm> calm = calm_pixels(image.view());
    return std::count(calm.begin(), calm.end(), kind);
  };
  CHECK(count(Calm::kSmooth) > 6 * 38);
  CHECK(count(Calm::kFlat) == 0);
  test::Random random(3);
  for (std::uint8_t& sample : image.samples) sample += static_cast<std::uint8_t>(random.next() % 9);
  CHECK(count(Calm::kSmooth) < 10);
}

}  // namespace
}  // namespace vaecomp
