// JPEG: pixels and metadata there and back; every kind of damage ends in an error.
#include "tools/image_io/jpeg.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "support/pictures.h"

namespace vaecomp {
namespace {

Image smooth(int width, int height, int channels) {
  Image image{.samples = {}, .width = width, .height = height, .channels = channels};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c)
        image.samples.push_back(static_cast<std::uint8_t>((2 * x + y + 40 * c) % 200));
  return image;
}

Bytes written(const Image& image, int quality = 95) {
  const Result<Bytes> file = write_jpeg(image.view(), {.jpeg_quality = quality});
  if (!file) FAIL(file.error().message());
  return *file;
}

Image read_ok(const Bytes& file) {
  Result<Image> image = read_jpeg(file, {});
  if (!image) FAIL(image.error().message());
  return *std::move(image);
}

Error read_bad(const Bytes& file, const Limits& limits = {}) {
  const Result<Image> image = read_jpeg(file, {.limits = limits});
  REQUIRE_FALSE(image.has_value());
  return image.error();
}

// The place of the first marker of a kind.
std::size_t find_marker(const Bytes& file, std::uint8_t marker) {
  for (std::size_t i = 0; i + 1 < file.size(); ++i)
    if (file[i] == 0xFF && file[i + 1] == marker) return i;
  FAIL("no such marker");
  return 0;
}

TEST_CASE("grey and colour of many sizes come back nearly as they were") {
  for (const int channels : {1, 3}) {
    for (const int side : {1, 7, 8, 9, 16, 17, 100}) {
      const Image image = smooth(side, side + 3, channels);
      const Image back = read_ok(written(image, 100));
      CHECK(back.width == side);
      CHECK(back.height == side + 3);
      REQUIRE(back.channels == channels);
      REQUIRE(back.samples.size() == image.samples.size());
      for (std::size_t i = 0; i < image.samples.size(); ++i)
        CHECK(std::abs(back.samples[i] - image.samples[i]) <= 6);
    }
  }
}

TEST_CASE("quality orders the sizes") {
  const Image image = test::picture(64, 64, 3);
  CHECK(written(image, 10).size() < written(image, 50).size());
  CHECK(written(image, 50).size() < written(image, 95).size());
}

TEST_CASE("16-bit samples are rounded, alpha refused, sides limited") {
  Image deep{.samples = {},
             .width = 8,
             .height = 8,
             .channels = 1,
             .samples16 = std::vector<std::uint16_t>(64, 100 * 257 + 100)};
  for (const std::uint8_t sample : read_ok(written(deep, 100)).samples) CHECK(sample == 100);
  deep.alpha.assign(64, 7);
  CHECK(write_jpeg(deep.view()).error().code == ErrorCode::kInvalidArgument);
  const Image wide{.samples = Bytes(65501), .width = 65501, .height = 1, .channels = 1};
  CHECK(write_jpeg(wide.view()).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("metadata comes back byte for byte, a profile of several segments too") {
  Image image = smooth(9, 9, 3);
  for (int i = 0; i < 200000; ++i)
    image.metadata.icc.push_back(static_cast<std::uint8_t>(i * 31 >> 3));
  image.metadata.exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 0, 0};
  image.metadata.xmp = {'<', 'x', '/', '>'};
  image.metadata.text = {{"Comment", "", "", "caf\xC3\xA9"}};
  CHECK(read_ok(written(image)).metadata == image.metadata);
  image.metadata.exif.resize(70000);
  CHECK(write_jpeg(image.view()).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("truncation at every byte is an error that names the end") {
  const Bytes file = written(smooth(40, 30, 3));
  for (std::size_t size = 0; size + 2 < file.size(); ++size) {
    CAPTURE(size);
    const Error error =
        read_bad(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)));
    CHECK(error.code == ErrorCode::kTruncated);
    CHECK(error.offset == size);
  }
}

TEST_CASE("damage never crashes, and is an error or leaves a whole picture") {
  const Bytes file = written(smooth(40, 30, 3));
  test::Random random(3);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    Bytes damaged = file;
    for (int k = 0; k < 3; ++k)
      damaged[2 + random.below(static_cast<int>(file.size()) - 2)] =
          static_cast<std::uint8_t>(random.below(256));
    const Result<Image> image = read_jpeg(damaged, {.limits = {.max_pixels = 1 << 20}});
    refused += !image;
    if (image) {
      CHECK(image->samples.size() ==
            static_cast<std::size_t>(image->width) * image->height * image->channels);
    } else {
      CHECK(!image.error().text.empty());
    }
  }
  CHECK(refused > 500);
}

TEST_CASE("absurd sizes are checked before memory is taken") {
  Bytes file = written(smooth(8, 8, 3));
  const std::size_t frame = find_marker(file, 0xC0);
  for (std::size_t i = frame + 5; i < frame + 9; ++i) file[i] = 0xFF;  // 65535 x 65535
  CHECK(read_bad(file).code == ErrorCode::kLimit);
  const Bytes small = written(smooth(10, 10, 1));
  CHECK(read_bad(small, {.max_pixels = 99}).code == ErrorCode::kLimit);
  CHECK(read_bad(small, {.max_side = 9}).code == ErrorCode::kLimit);
}

TEST_CASE("CMYK, 12 bits and lossless are refused by name") {
  const Bytes colour = written(smooth(8, 8, 3));
  const std::size_t frame = find_marker(colour, 0xC0);
  Bytes deep = colour;
  deep[frame + 4] = 12;
  CHECK(read_bad(deep).code == ErrorCode::kUnsupportedFeature);
  Bytes lossless = colour;
  lossless[frame + 1] = 0xC3;
  CHECK(read_bad(lossless).code == ErrorCode::kUnsupportedFeature);

  // A frame and a scan head of four components; no sample is read before the refusal.
  const Bytes cmyk = {0xFF, 0xD8, 0xFF, 0xC0, 0, 20,   8, 0, 8,    0, 8,    4,    1,    0x11,
                      0,    2,    0x11, 0,    3, 0x11, 0, 4, 0x11, 0, 0xFF, 0xDA, 0,    14,
                      4,    1,    0,    2,    0, 3,    0, 4, 0,    0, 63,   0,    0xFF, 0xD9};
  const Error error = read_bad(cmyk);
  CHECK(error.code == ErrorCode::kUnsupportedFeature);
  CHECK(error.text.find("CMYK") != std::string::npos);
}

}  // namespace
}  // namespace vaecomp
