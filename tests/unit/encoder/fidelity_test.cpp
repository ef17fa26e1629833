// Alpha, 16 bits, grey and metadata through encode and decode.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

Image decoded(const Image& image, EncodeOptions options = {}) {
  options.threads = 1;
  options.effort = 1;
  options.verify = true;
  const Result<Bytes> stream = encode(test::tiny_model(), image.view(), options);
  if (!stream) FAIL(stream.error().message());
  Result<Image> back = decode(test::tiny_model(), *stream, {.threads = 1});
  if (!back) FAIL(back.error().message());
  return *std::move(back);
}

std::size_t stream_size(const Image& image) {
  return encode(test::tiny_model(), image.view(), {.effort = 1}).value().size();
}

Image deep_picture(int width, int height, int channels) {
  const Image base = test::picture(width, height, channels);
  Image image{.samples = {}, .width = width, .height = height, .channels = channels};
  test::Random random(2);
  for (const std::uint8_t sample : base.samples)
    image.samples16.push_back(static_cast<std::uint16_t>(sample * 256 + random.below(256)));
  return image;
}

void add_alpha(Image& image, std::uint32_t seed) {
  test::Random random(seed);
  const int full = image.depth() == 16 ? 65536 : 256;
  const std::size_t pixels = static_cast<std::size_t>(image.width) * image.height;
  for (std::size_t i = 0; i < pixels; ++i)
    image.alpha.push_back(static_cast<std::uint16_t>(random.below(full)));
  image.alpha[0] = 0;
}

TEST_CASE("tiny sizes, both depths, grey and RGB: alpha is exact, shape and depth stay") {
  for (const int channels : {1, 3})
    for (const int depth : {8, 16})
      for (const int width : {1, 2, 3, 15, 16, 17, 33})
        for (const int height : {1, 2, 16, 17}) {
          Image image = depth == 16 ? deep_picture(width, height, channels)
                                    : test::picture(width, height, channels);
          add_alpha(image, width * 100 + height);
          const Image back = decoded(image);
          CHECK(back.width == width);
          CHECK(back.height == height);
          CHECK(back.channels == channels);
          CHECK(back.depth() == depth);
          CHECK(back.alpha == image.alpha);
        }
}

TEST_CASE("VC-35: colour under full transparency changes no byte of the stream") {
  Image a = test::picture(50, 40, 3), b = a;
  a.alpha.assign(2000, 255);
  std::fill_n(a.alpha.begin() + 700, 900, 0);
  b.alpha = a.alpha;
  for (int i = 700 * 3; i < 1600 * 3; ++i) b.samples[i] ^= 0xFF;
  const EncodeOptions options{.effort = 1};
  CHECK(encode(test::tiny_model(), a.view(), options).value() ==
        encode(test::tiny_model(), b.view(), options).value());
}

TEST_CASE("VC-36: opaque alpha is not stored") {
  Image image = test::picture(20, 20, 3);
  const std::size_t plain = stream_size(image);
  image.alpha.assign(400, 255);
  CHECK(stream_size(image) == plain);
  CHECK(decoded(image).alpha.empty());
}

TEST_CASE("VC-40: 16-bit samples agree with the 8-bit ones and are finer") {
  Image deep = deep_picture(48, 40, 3);
  const Bytes stream = encode(test::tiny_model(), deep.view(), {.effort = 1}).value();
  const Image fine = decode(test::tiny_model(), stream).value();
  REQUIRE(fine.depth() == 16);
  CHECK(fine.samples.empty());
  // The sixth byte of a stream holds the flags: the same latents as 8-bit samples.
  Container container = read_container(stream).value();
  CHECK(container.header.flags == (kFlag16Bits | kFlagTrellis));
  container.header.flags = kFlagTrellis;
  const Image coarse =
      decode(test::tiny_model(), write_container(container.header, container.sections)).value();
  bool finer = false;
  for (std::size_t i = 0; i < coarse.samples.size(); ++i) {
    CHECK(std::abs(fine.samples16[i] - coarse.samples[i] * 257) <= 129);
    finer |= fine.samples16[i] % 257 != 0;
  }
  CHECK(finer);
}

TEST_CASE("metadata passes through, and takes no part in anything else") {
  Image image = test::picture(9, 9, 3);
  const Image plain = decoded(image);
  image.metadata.icc = {1, 2, 3};
  image.metadata.exif = {4, 5};
  image.metadata.text = {{"Comment", "", "", "text"}};
  image.metadata.iptc = {'8', 'B', 'I', 'M', 4, 4};
  const Image back = decoded(image);
  CHECK(back.metadata == image.metadata);
  CHECK(back.samples == plain.samples);
  const Bytes stream = encode(test::tiny_model(), image.view()).value();
  const StreamInfo info = probe(stream).value();
  CHECK(info.metadata_bytes > 0);
  CHECK(info.alpha_bytes == 0);
  CHECK(info.latents_bytes + info.pixels_bytes + info.metadata_bytes + info.filter_bytes +
            info.overhead_bytes ==
        stream.size());
}

TEST_CASE("VC-42: a neutral picture is coded as the grey one, and comes back as neutral RGB") {
  for (const int depth : {8, 16})
    for (const bool alpha : {false, true})
      for (const int quality : {0, 50, 100}) {
        Image grey = depth == 16 ? deep_picture(37, 29, 1) : test::picture(37, 29, 1);
        if (alpha) add_alpha(grey, 3);
        const Image rgb = test::neutral(grey);
        const EncodeOptions options{.quality = quality};
        CHECK(stream_size(grey) == stream_size(rgb));
        const Image from_grey = decoded(grey, options), from_rgb = decoded(rgb, options);
        CHECK(from_grey.channels == 1);
        CHECK(from_rgb.channels == 3);
        const Image expected = test::neutral(from_grey);
        CHECK(from_rgb.samples == expected.samples);
        CHECK(from_rgb.samples16 == expected.samples16);
        CHECK(from_rgb.alpha == grey.alpha);
      }
}

TEST_CASE("neutral pictures stay so when latents are refined, and whatever transparency hides") {
  Image image = test::neutral(test::picture(40, 33, 1));
  image.alpha.assign(40 * 33, 255);
  std::fill_n(image.alpha.begin() + 500, 300, 0);
  for (int i = 500 * 3; i < 800 * 3; ++i) image.samples[i] = static_cast<std::uint8_t>(i * i);
  for (const int effort : {2, 6}) {
    const Bytes stream =
        encode(test::tiny_model(), image.view(), {.effort = effort, .verify = true}).value();
    CHECK(probe(stream)->header.neutral());
    const Image back = decode(test::tiny_model(), stream).value();
    REQUIRE(back.channels == 3);
    for (std::size_t i = 0; i < back.samples.size(); ++i)
      CHECK(back.samples[i] == back.samples[i / 3 * 3]);
  }
}

TEST_CASE("planes that do not fit are refused") {
  Image image = test::picture(4, 4, 3);
  image.alpha.assign(15, 0);
  CHECK(encode(test::tiny_model(), image.view()).error().code == ErrorCode::kInvalidArgument);
  image.alpha.assign(16, 256);
  CHECK(encode(test::tiny_model(), image.view()).error().code == ErrorCode::kInvalidArgument);
  image.alpha.clear();
  image.samples16.assign(47, 0);
  CHECK(encode(test::tiny_model(), image.view()).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("a broken alpha section is reported with its rule") {
  Image image = test::picture(4, 4, 3);
  add_alpha(image, 1);
  const Bytes stream = encode(test::tiny_model(), image.view(), {.learned_only = true}).value();
  Container container = read_container(stream).value();
  const Bytes nonsense = {1, 2, 3};
  for (Section& section : container.sections)
    if (section.tag == kTagAlpha) section.payload = nonsense;
  const auto broken =
      decode(test::tiny_model(), write_container(container.header, container.sections));
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().rule == "VC-46");
  CHECK(broken.error().text.rfind("alpha: ", 0) == 0);
}

}  // namespace
}  // namespace vaecomp
