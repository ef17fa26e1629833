// Lossless streams in place of lossy ones that are no smaller, and the estimate that leads to them.
#include <doctest/doctest.h>

#include "codec/encoder/coded_colour.h"
#include "codec/encoder/near_picture.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

double real_bits(const Image& image) {
  const EncodeOptions options{.lossless = true};
  return 8.0 * static_cast<double>(encode(test::tiny_model(), image.view(), options)->size());
}

// Rising red, falling green, blue from top to bottom.
Image ramps(int width, int height, bool deep) {
  Image image{.samples = {}, .width = width, .height = height, .channels = 3};
  const int most = deep ? 65535 : 255;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int across = most * x / width;
      for (const int sample : {across, most - across, most * y / height}) {
        if (deep)
          image.samples16.push_back(static_cast<std::uint16_t>(sample));
        else
          image.samples.push_back(static_cast<std::uint8_t>(sample));
      }
    }
  }
  return image;
}

TEST_CASE("estimates of small pictures and of large ones, of which tiles are looked at") {
  ThreadPool pool(1);
  for (const int width : {60, 400, 720}) {
    const Image image = test::picture(width, width * 3 / 4, 3);
    INFO(width);
    CHECK(NearWays(image.view(), 1, pool).as_is() ==
          doctest::Approx(real_bits(image)).epsilon(0.15));
  }
  const Image smooth = ramps(720, 540, true);
  Image storage;
  CHECK(NearWays(coded_colour(smooth.view(), storage), 1, pool).as_is() < 20 * real_bits(smooth));
}

TEST_CASE("a picture that exact planes serve no worse is lossless, unless asked for learned only") {
  const Model model = test::load_model("codec/default_model/default.vaem");
  const auto is_lossless = [&](const Image& image, int quality, bool learned_only) {
    const EncodeOptions options{.quality = quality, .effort = 1, .learned_only = learned_only};
    return probe(encode(model, image.view(), options).value()).value().header.lossless();
  };
  for (const int quality : {90, 100}) {
    CHECK(is_lossless(ramps(256, 256, true), quality, false));
    CHECK_FALSE(is_lossless(ramps(256, 256, true), quality, true));
    CHECK(is_lossless(test::picture(7, 1, 3), quality, false));
  }
  CHECK_FALSE(is_lossless(test::picture(300, 200, 3), 100, false));
}

}  // namespace
}  // namespace vaecomp
