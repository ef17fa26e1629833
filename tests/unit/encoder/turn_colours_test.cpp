// Turned colours: found where a picture's detail is off the grey axis, and the same picture again.
#include "codec/encoder/turn_colours.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "codec/encoder/principal_axes.h"
#include "codec/exact/to_pixels.h"
#include "codec/exact/turn_back.h"
#include "support/deepened.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

// Detail along `main`, and an eighth as much along `second`, on a middle colour.
Image detailed(const Rgb& main, const Rgb& second, int width = 160, int height = 120) {
  test::Random random(5);
  Image image{.samples = {}, .width = width, .height = height, .channels = 3};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double a = 40 * std::sin(x * 0.31 + y * 0.07) + random.below(12);
      const double b = 5 * std::sin(x * 0.05 - y * 0.37);
      for (int c = 0; c < 3; ++c)
        image.samples.push_back(
            static_cast<std::uint8_t>(std::lround(128 + a * main[c] + b * second[c])));
    }
  }
  return image;
}

constexpr Rgb kGrey = {0.5774, 0.5774, 0.5774}, kRedLessBlue = {0.7071, 0, -0.7071};
constexpr Rgb kGreenish = {0.36, 0.8, -0.48}, kAcross = {0.8, -0.6, -0.4};
const Image kOnGrey = detailed(kGrey, kRedLessBlue), kOffGrey = detailed(kGreenish, kAcross);

double dot(const Rgb& a, const Rgb& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

TEST_CASE("axes: the strongest first, found at both depths") {
  for (const Image& image : {kOffGrey, test::deepened(kOffGrey)}) {
    const PrincipalAxes found = principal_axes(image.view());
    CHECK(dot(found.axes[0], kGreenish) > 0.999);
    CHECK(found.strength[0] > 20 * found.strength[1]);
    CHECK(found.strength[1] >= found.strength[2]);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        CHECK(dot(found.axes[i], found.axes[j]) == doctest::Approx(i == j ? 1 : 0));
  }
}

std::optional<FoundTurn> turn_of(ImageView image) {
  return find_turn(principal_axes(image), image);
}

TEST_CASE("pictures without a turn: grey detail, no detail, one pixel") {
  CHECK_FALSE(turn_of(kOnGrey.view()));
  Image flat = kOffGrey;
  std::fill(flat.samples.begin(), flat.samples.end(), std::uint8_t{90});
  CHECK_FALSE(turn_of(flat.view()));
  CHECK_FALSE(turn_of(test::picture(1, 1, 3).view()));
}

TEST_CASE("a turn brings the main axis onto grey, and back within a step") {
  for (const Image& image : {kOffGrey, test::deepened(kOffGrey)}) {
    const std::optional<FoundTurn> found = turn_of(image.view());
    REQUIRE(found);
    CHECK(found->back.is_bounded());
    Image storage;
    const ImageView other = turned(image.view(), found->back, storage);
    CHECK(dot(principal_axes(other).axes[0], kGrey) > 0.999);
    // What the networks would give if they lost nothing.
    std::vector<std::int16_t> colours, back(other.samples16.size());
    for (const std::uint16_t sample : other.samples16)
      colours.push_back(static_cast<std::int16_t>((sample * 64 + 128) / 257));
    turn_back(found->back, colours.data(), image.width * image.height, back.data());
    std::vector<std::uint8_t> samples(back.size());
    to_pixels(back.data(), image.width * image.height, PixelKind::kRgb, samples.data());
    int worst = 0;
    for (std::size_t i = 0; i < samples.size(); ++i)
      worst = std::max(worst, std::abs(samples[i] - kOffGrey.samples[i]));
    CHECK(worst <= 1);
  }
}

TEST_CASE("colours that fill their range: what is turned is scaled to fit") {
  Image image = kOffGrey;
  test::Random random(8);
  for (std::size_t i = 0; i < image.samples.size(); i += 97)
    image.samples[i] = random.below(2) == 0 ? 0 : 255;
  const std::optional<FoundTurn> found = turn_of(image.view());
  REQUIRE(found);
  CHECK(found->scale < 1);
  Image storage;
  const ImageView other = turned(image.view(), found->back, storage);
  const auto [low, high] = std::minmax_element(other.samples16.begin(), other.samples16.end());
  CHECK(*low > 0);
  CHECK(*high < 65535);
}

TEST_CASE("streams: turned where it costs less, and the same picture from it") {
  const Model model = test::load_model("codec/default_model/default.vaem");
  for (const bool deep : {false, true}) {
    const Image image = deep ? test::deepened(kOffGrey) : kOffGrey;
    const EncodeOptions options{.quality = 60, .verify = true, .learned_only = true};
    const Bytes stream = encode(model, image.view(), options).value();
    const StreamInfo info = probe(stream).value();
    CHECK(info.colours_bytes == 24);
    CHECK(info.total_bytes ==
          info.latents_bytes + info.filter_bytes + info.colours_bytes + info.overhead_bytes);
    // Not to turn back makes another picture of it.
    const Image right = decode(model, stream).value();
    Container container = read_container(stream).value();
    std::erase_if(container.sections, [](const Section& s) { return s.tag == kTagColours; });
    const Image wrong =
        decode(model, write_container(container.header, container.sections)).value();
    const auto error = [&image](const Image& other) {
      double sum = 0;
      for (std::size_t i = 0; i < kOffGrey.samples.size(); ++i)
        sum += std::pow(image.depth() == 16 ? (image.samples16[i] - other.samples16[i]) / 257.0
                                            : image.samples[i] - other.samples[i],
                        2);
      return sum / static_cast<double>(kOffGrey.samples.size());
    };
    CHECK(error(right) < 100);
    CHECK(error(wrong) > 3 * error(right));
  }
  const Bytes plain = encode(model, kOnGrey.view(), {.quality = 60}).value();
  CHECK(probe(plain).value().colours_bytes == 0);
}

}  // namespace
}  // namespace vaecomp
