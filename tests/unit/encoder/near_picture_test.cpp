// Nearly exact pictures: which way serves which, and what streams say of them.
#include "codec/encoder/near_picture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "codec/encoder/picture_sample.h"
#include "support/deepened.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

using Kind = NearWay::Kind;

constexpr int kWidth = 192, kHeight = 128;

// Slanted strokes on paper; `soft`: antialiased, in more tones than are worth their bits.
Image strokes(bool soft, int channels) {
  Image image{.samples = {}, .width = kWidth, .height = kHeight, .channels = channels};
  test::Random random(4);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const int phase = (3 * x + y + (y / 13) * 7) % 24;  // of a stroke and what is between
      int ink = phase < 8 ? 255 : 0;
      if (soft && ink == 0 && phase < 14) ink = 255 - 40 * (phase - 8) - random.below(12);
      if (y % 13 > 9) ink = 0;
      for (int c = 0; c < channels; ++c)
        image.samples.push_back(static_cast<std::uint8_t>(250 - 220 * std::max(ink, 0) / 255));
    }
  }
  return image;
}

Image noise(int channels) {
  Image image{.samples = {}, .width = kWidth, .height = kHeight, .channels = channels};
  test::Random random(8);
  for (int i = 0; i < kWidth * kHeight * channels; ++i)
    image.samples.push_back(static_cast<std::uint8_t>(random.below(256)));
  return image;
}

double psnr(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i)
    sum += std::pow(a.samples[i] - b.samples[i], 2);
  return 10 * std::log10(65025 * static_cast<double>(a.samples.size()) / sum);
}

TEST_CASE("colours of soft letters are merged, noise gets few levels, clean drawings stay") {
  ThreadPool pool(1);
  const auto kind = [&](const Image& image, double error_bits) {
    return NearWays(image.view(), error_bits, pool).best({}).way.kind;
  };
  for (const int channels : {1, 3}) {
    CAPTURE(channels);
    CHECK(kind(strokes(true, channels), 0.05) == Kind::kMerged);
    CHECK(kind(strokes(false, channels), 0.05) == Kind::kAsIs);
    CHECK(kind(noise(channels), 0.05) == Kind::kEven);
    CHECK(kind(noise(channels), 1e4) == Kind::kAsIs);
  }
  const Image deep = test::deepened(strokes(true, 3));
  CHECK(kind(deep, 0.05) == Kind::kAsIs);
}

TEST_CASE("the estimate is near to what becomes of the picture") {
  ThreadPool pool(1);
  const Image image = noise(3);
  for (const double error_bits : {0.02, 0.2}) {
    const NearEstimate estimate = NearWays(image.view(), error_bits, pool).best({});
    const NearPicture near(image.view(), error_bits, estimate.way);
    const std::vector<std::uint64_t> errors = near.block_errors();
    std::uint64_t sum = 0;
    for (const std::uint64_t error : errors) sum += error;
    CHECK(sum == near.squared_error());
    CHECK(near.differs(BlockMask::whole(kWidth, kHeight)));
    BlockMask none(kWidth, kHeight);
    CHECK_FALSE(near.differs(none));
    const PictureSample all(near.view());
    CHECK(all.bits(near.view(), pool) + error_bits * static_cast<double>(sum) ==
          doctest::Approx(estimate.cost));
  }
}

TEST_CASE("few colours have most of a page's pixels, not of a photograph's") {
  ThreadPool pool(1);
  const auto has_few_colours = [&](const Image& image) {
    return NearWays(image.view(), 1, pool).few_colours();
  };
  CHECK(has_few_colours(strokes(true, 3)));
  CHECK(has_few_colours(strokes(false, 1)));
  CHECK_FALSE(has_few_colours(noise(3)));
  CHECK_FALSE(has_few_colours(test::picture(200, 150, 3)));
}

TEST_CASE("streams say that they are nearly exact, and verify") {
  const Model model = test::load_model("codec/default_model/default.vaem");
  for (const bool soft : {false, true}) {
    const Image image = strokes(soft, 3);
    const Bytes lossless = encode(model, image.view(), {.lossless = true}).value();
    const EncodeOptions options{.quality = 60, .effort = 1, .verify = true};
    const Bytes stream = encode(model, image.view(), options).value();
    const StreamHeader header = probe(stream)->header;
    const Image back = decode(model, stream).value();
    CHECK(header.has_pixels());
    CHECK(header.nearly_exact() == soft);
    CHECK(header.lossless() == !soft);
    CHECK(header.neutral());
    CHECK((back.samples == image.samples) == !soft);
    if (!soft) continue;
    CHECK(header.quality == 60);
    CHECK(stream.size() < lossless.size());
    CHECK(psnr(image, back) > 35);
    CHECK(probe(lossless)->header.lossless());
  }
}

TEST_CASE("noise is told apart at half a decibel more for the bytes, alpha and all") {
  const Model model = test::load_model("codec/default_model/default.vaem");
  Image image = noise(3);
  image.alpha.assign(std::size_t{kWidth} * kHeight, 255);
  for (std::size_t i = 0; i < image.alpha.size() / 2; ++i)
    image.alpha[i] = static_cast<std::uint16_t>(1 + i % 250);
  EncodeOptions options{.quality = 70, .effort = 1, .verify = true};
  const Bytes stream = encode(model, image.view(), options).value();
  CHECK(probe(stream)->header.nearly_exact());
  const Image back = decode(model, stream).value();
  CHECK(back.alpha == image.alpha);
  options.learned_only = true;
  options.quality = 100;
  const Bytes learned = encode(model, image.view(), options).value();
  CHECK(stream.size() < learned.size());
  CHECK(psnr(image, back) > psnr(image, *decode(model, learned)) + 0.5);
}

}  // namespace
}  // namespace vaecomp
