// Which colours the networks see: of a photograph its own, of what is full of colour below the
// qualities with detail latents fainter ones.
#include "codec/encoder/choose_colours.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "codec/encoder/turn_colours.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

const Model& default_model() {
  static const Model model = test::load_model("codec/default_model/default.vaem");
  return model;
}

// Noise of every colour, brightest where `spread` is 128.
Image noise(int spread) {
  test::Random random(3);
  Image image{.samples = {}, .width = 160, .height = 128, .channels = 3};
  for (int i = 0; i < image.width * image.height * 3; ++i)
    image.samples.push_back(static_cast<std::uint8_t>(128 - spread + random.below(2 * spread)));
  return image;
}

// Much grey detail, and as much noise around it.
Image grey_detail(int spread) {
  test::Random random(4);
  Image image{.samples = {}, .width = 160, .height = 128, .channels = 3};
  for (int i = 0; i < image.width * image.height; ++i) {
    const int grey = 128 + random.below(100) - 50;
    for (int c = 0; c < 3; ++c)
      image.samples.push_back(static_cast<std::uint8_t>(grey - spread + random.below(2 * spread)));
  }
  return image;
}

struct Coded {
  int quality;  // of the stream
  bool turned;
  double bytes, psnr;
};

Coded coded(const Image& image, int quality) {
  const EncodeOptions options{
      .quality = quality, .effort = 1, .verify = true, .learned_only = true};
  const Bytes stream = encode(default_model(), image.view(), options).value();
  const StreamInfo info = probe(stream).value();
  const Image back = decode(default_model(), stream).value();
  double error = 0;
  for (std::size_t i = 0; i < image.samples.size(); ++i)
    error += std::pow(image.samples[i] - back.samples[i], 2);
  error /= static_cast<double>(image.samples.size());
  return {info.header.quality, info.colours_bytes > 0, static_cast<double>(stream.size()),
          10 * std::log10(255 * 255 / error)};
}

TEST_CASE("fainter turns: the same way back, smaller, and within the bound of VC-54") {
  const FoundTurn half = fainter({}, 0.5);
  CHECK(half.scale == 0.5);
  for (int i = 0; i < 3; ++i) {
    CHECK(half.back.matrix[i][i] == 2 << kTurnFraction);
    CHECK(half.back.offset[i] == static_cast<int>(64 * 127.5 / 2));
  }
  CHECK(fainter({}, 1).back == ColourTurn{});
  CHECK(fainter(half, 0.8).scale == 0.5);
  const FoundTurn least = fainter({}, 0.01);
  CHECK(least.back.is_bounded());
  CHECK(least.scale == doctest::Approx(0.25).epsilon(0.01));
}

TEST_CASE("colour noise: no step where detail latents begin") {
  const Image image = noise(128);
  Coded before = coded(image, 30);
  CHECK(before.turned);
  CHECK(before.psnr > 20);  // 12.8 of the networks' own
  for (const int quality : {35, 40, 45, 49, 50, 55}) {
    const Coded now = coded(image, quality);
    INFO(quality);
    CHECK(now.bytes > before.bytes);
    CHECK(now.bytes < 1.2 * before.bytes);
    CHECK(now.psnr > before.psnr - 0.1);
    CHECK(now.psnr < before.psnr + 2.5);
    before = now;
  }
}

TEST_CASE("no trial where there is nothing to gain: grey detail, faint noise, high qualities") {
  const Model::Impl& model = default_model().impl();
  ThreadPool pool(1);
  const auto tried = [&](const Image& image, int quality) {
    Image storage;
    const Progress silent;
    const LearnedPicture plain = {.image = image.view(), .quality = quality};
    return choose_colours(model, plain, pool, StageProgress(silent), storage)->latents.has_value();
  };
  CHECK(tried(grey_detail(30), 40));
  CHECK_FALSE(tried(grey_detail(30), 50));
  CHECK_FALSE(tried(grey_detail(2), 40));
  CHECK_FALSE(tried(test::picture(160, 128, 1), 40));
}

}  // namespace
}  // namespace vaecomp
