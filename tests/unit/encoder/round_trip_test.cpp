// Encode and decode over every small size, primes, both channel counts and any number of threads.
#include <doctest/doctest.h>

#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

using test::picture;
using test::tiny_model;

Image round_trip(const Image& image, int quality, int threads) {
  const EncodeOptions options{
      .quality = quality, .threads = threads, .verify = true, .learned_only = true};
  const auto stream = encode(tiny_model(), image.view(), options);
  REQUIRE_MESSAGE(stream.has_value(), image.width, "x", image.height);
  auto back = decode(tiny_model(), *stream, {.threads = threads});
  REQUIRE_MESSAGE(back.has_value(), image.width, "x", image.height);
  return *std::move(back);
}

double mean_squared_error(const Image& a, const Image& b) {
  REQUIRE(a.samples.size() == b.samples.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    const double difference = int{a.samples[i]} - int{b.samples[i]};
    sum += difference * difference;
  }
  return sum / static_cast<double>(a.samples.size());
}

TEST_CASE("VC-28, VC-30: every size from 1x1 to 70x70 comes back in its own size") {
#ifdef __SANITIZE_ADDRESS__
  constexpr int kStep = 3;  // as many as there is time for
#else
  constexpr int kStep = 1;
#endif
  for (int height = 1; height <= 70; ++height)
    for (int width = 1 + height % kStep; width <= 70; width += kStep) {
      const Image image = picture(width, height, 3, width * 71 + height);
      const Image back = round_trip(image, (width + height) % 101, 1);
      CHECK(back.width == width);
      CHECK(back.height == height);
      CHECK(back.channels == 3);
      CHECK(back.samples.size() == image.samples.size());
    }
}

TEST_CASE("VC-17: prime sides, more than one band, strips") {
  for (const auto& [width, height] :
       {std::pair{131, 1031}, {1031, 131}, {1, 2503}, {2503, 1}, {257, 521}}) {
    const Image image = picture(width, height, 3);
    const Image back = round_trip(image, 60, 2);
    CHECK(back.width == width);
    CHECK(back.height == height);
  }
}

TEST_CASE("a grey picture stays grey") {
  const Image image = picture(67, 45, 1);
  const Image back = round_trip(image, 100, 1);
  CHECK(back.channels == 1);
  CHECK(back.samples.size() == image.samples.size());
}

TEST_CASE("the default model keeps the picture, better with quality, at the cost of bytes") {
  const auto model = Model::load_default();
  REQUIRE(model.has_value());
  const Image image = picture(192, 128, 3, 5);
  double last_error = 1e9;
  std::size_t last_bytes = 0;
  for (int quality : {0, 30, 60, 100}) {
    const auto stream = encode(*model, image.view(), {.quality = quality, .threads = 2});
    REQUIRE(stream.has_value());
    const auto back = decode(*model, *stream);
    REQUIRE(back.has_value());
    const double error = mean_squared_error(image, *back);
    CHECK(error < last_error);
    CHECK(stream->size() > last_bytes);
    last_error = error;
    last_bytes = stream->size();
  }
  CHECK(last_error < 60.0);
}

TEST_CASE("bytes and pixels do not depend on the number of threads") {
  const Image image = picture(333, 1100, 3, 9);
  Bytes first;
  std::vector<std::uint8_t> pixels;
  for (int threads : {1, 2, 7}) {
    const auto stream = encode(tiny_model(), image.view(), {.quality = 70, .threads = threads});
    REQUIRE(stream.has_value());
    const auto back = decode(tiny_model(), *stream, {.threads = threads});
    REQUIRE(back.has_value());
    if (first.empty()) {
      first = *stream;
      pixels = back->samples;
    }
    CHECK(*stream == first);
    CHECK(back->samples == pixels);
  }
}

TEST_CASE("VC-16: at most 32 bytes of overhead for an RGB picture") {
  const Image image = picture(768, 512, 3);
  const auto stream = encode(tiny_model(), image.view(), {.quality = 50});
  REQUIRE(stream.has_value());
  const auto info = probe(*stream);
  REQUIRE(info.has_value());
  CHECK(info->overhead_bytes <= 32);
  CHECK(info->overhead_bytes >= 18);
  CHECK(info->total_bytes == stream->size());
}

}  // namespace
}  // namespace vaecomp
