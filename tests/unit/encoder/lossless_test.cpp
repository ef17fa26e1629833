// Lossless streams: every sample comes back, of every kind of picture, without the right model.
#include <doctest/doctest.h>

#include "format/container.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/rows.hpp"
#include "vaecomp/target.hpp"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

Image deepened(Image image) {
  for (const std::uint8_t sample : image.samples)
    image.samples16.push_back(static_cast<std::uint16_t>(sample * 251 + 3));
  image.samples.clear();
  return image;
}

void add_alpha(Image& image) {
  test::Random random(3);
  const int full = image.depth() == 16 ? 65535 : 255;
  for (int i = 0; i < image.width * image.height; ++i)
    image.alpha.push_back(static_cast<std::uint16_t>(random.below(3) * (full / 2)));
}

void check_round_trip(const Image& image) {
  const Bytes stream =
      encode(test::tiny_model(), image.view(), {.verify = true, .lossless = true}).value();
  const StreamInfo info = probe(stream).value();
  CHECK(info.header.lossless());
  CHECK(info.header.model_id == 0);
  CHECK(info.alpha == !image.alpha.empty());
  CHECK(info.pixels_bytes > 0);
  CHECK(info.latents_bytes + info.alpha_bytes == 0);
  for (const int threads : {1, 3}) {
    const Image back = decode(test::tiny_model(), stream, {.threads = threads}).value();
    CHECK(back.samples == image.samples);
    CHECK(back.samples16 == image.samples16);
    CHECK(back.alpha == image.alpha);
    CHECK(back.channels == image.channels);
    CHECK(back.metadata == image.metadata);
  }
}

TEST_CASE("grey and RGB of both depths, with and without alpha, with metadata (VC-34, VC-50)") {
  for (const int channels : {1, 3})
    for (const bool deep : {false, true})
      for (const bool alpha : {false, true})
        for (const int width : {1, 7, 130}) {
          Image image = test::picture(width, 45, channels, width);
          if (deep) image = deepened(image);
          if (alpha) add_alpha(image);
          image.metadata.exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 0, 0};
          check_round_trip(image);
        }
}

TEST_CASE("a neutral picture is one plane and stays RGB, whatever its invisible colours") {
  const Image grey = test::picture(90, 60, 1);
  Image rgb = test::neutral(grey);
  check_round_trip(rgb);
  const EncodeOptions options{.lossless = true};
  const auto size = [&](const Image& image) {
    return encode(test::tiny_model(), image.view(), options).value().size();
  };
  CHECK(size(rgb) == size(grey));
  const Bytes stream = encode(test::tiny_model(), rgb.view(), options).value();
  CHECK(probe(stream)->header.neutral());
  // Under alpha 0 a colour: it has to come back.
  rgb.alpha.assign(90 * 60, 255);
  rgb.alpha[7] = 0;
  rgb.samples[21] = 200, rgb.samples[22] = 10;
  check_round_trip(rgb);
  const Bytes coloured = encode(test::tiny_model(), rgb.view(), options).value();
  CHECK_FALSE(probe(coloured)->header.neutral());
}

TEST_CASE("opaque alpha is left out") {
  Image image = test::picture(20, 20, 3);
  image.alpha.assign(400, 255);
  const Bytes stream = encode(test::tiny_model(), image.view(), {.lossless = true}).value();
  CHECK(decode(test::tiny_model(), stream)->alpha.empty());
}

TEST_CASE("progress reaches the end and can stop the work") {
  const Image image = test::picture(300, 200, 3);
  double last = 0;
  EncodeOptions options{.verify = true, .lossless = true};
  options.progress = [&](double done) {
    CHECK(done >= last);
    last = done;
    return true;
  };
  const Bytes stream = encode(test::tiny_model(), image.view(), options).value();
  CHECK(last == 1.0);
  options.progress = [](double) { return false; };
  CHECK(encode(test::tiny_model(), image.view(), options).error().code == ErrorCode::kIo);
  DecodeOptions decoding;
  decoding.progress = [](double) { return false; };
  CHECK(decode(test::tiny_model(), stream, decoding).error().code == ErrorCode::kIo);
}

TEST_CASE("every cut of the pixels section is an error") {
  Image image = test::picture(40, 30, 3);
  add_alpha(image);
  const Bytes stream = encode(test::tiny_model(), image.view(), {.lossless = true}).value();
  Container container = read_container(stream).value();
  const ByteSpan payload = container.sections[0].payload;
  for (std::size_t size = 0; size < payload.size(); ++size) {
    container.sections[0].payload = payload.first(size);
    const auto broken =
        decode(test::tiny_model(), write_container(container.header, container.sections));
    REQUIRE_FALSE(broken.has_value());
    CHECK(error_family(broken.error().code) == 2);
  }
}

TEST_CASE("a target and lossless do not go together") {
  const Image image = test::picture(20, 20, 3);
  const auto result =
      encode_to(test::tiny_model(), image.view(), SizeTarget{.bytes = 1000}, {.lossless = true});
  CHECK(result.error().code == ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vaecomp
