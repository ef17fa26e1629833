// PNG: every kind that is read gives the known samples; every kind of damage gives an error and its
// place.
#include "tools/image_io/png.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/image_io/make_png.h"

namespace vaecomp {
namespace {

using test::make_png;
using test::PngRecipe;

// A recipe whose values differ from pixel to pixel and fill the depth's range.
PngRecipe recipe(std::uint32_t width, std::uint32_t height, int colour, int depth) {
  PngRecipe made{.width = width, .height = height, .depth = depth, .colour = colour};
  const std::size_t count = std::size_t{width} * height * test::samples_per_pixel(colour);
  for (std::size_t i = 0; i < count; ++i) {
    made.values.push_back(static_cast<std::uint16_t>((i * 37 + i / 5) & ((1u << depth) - 1)));
  }
  return made;
}

void set_alpha(PngRecipe& made, std::uint16_t alpha) {
  const int samples = test::samples_per_pixel(made.colour);
  for (std::size_t i = samples - 1; i < made.values.size(); i += samples) made.values[i] = alpha;
}

Image read_ok(const Bytes& file) {
  Result<Image> image = read_png(file, Limits());
  REQUIRE_MESSAGE(image.has_value(), image.error().message());
  return *std::move(image);
}

Error read_bad(const Bytes& file, const Limits& limits = {}) {
  const Result<Image> image = read_png(file, limits);
  REQUIRE_FALSE(image.has_value());
  return image.error();
}

TEST_CASE("8-bit RGB and grey are read as they are, interlaced or not") {
  for (const bool interlaced : {false, true}) {
    for (const int colour : {test::kRgb, test::kGrey}) {
      for (const std::uint32_t side : {1u, 2u, 5u, 9u, 33u}) {
        PngRecipe made = recipe(side, side + 2, colour, 8);
        made.interlaced = interlaced;
        const Image image = read_ok(make_png(made));
        CHECK(image.width == static_cast<int>(side));
        CHECK(image.height == static_cast<int>(side + 2));
        CHECK(image.channels == (colour == test::kRgb ? 3 : 1));
        CHECK(std::equal(image.samples.begin(), image.samples.end(), made.values.begin(),
                         made.values.end()));
      }
    }
  }
}

TEST_CASE("small grey is spread over 0 .. 255") {
  for (const int depth : {1, 2, 4}) {
    const PngRecipe made = recipe(13, 3, test::kGrey, depth);
    const Image image = read_ok(make_png(made));
    REQUIRE(image.channels == 1);
    REQUIRE(image.samples.size() == made.values.size());
    const int step = 255 / ((1 << depth) - 1);
    for (std::size_t i = 0; i < image.samples.size(); ++i)
      CHECK(image.samples[i] == made.values[i] * step);
  }
}

TEST_CASE("palettes become RGB") {
  for (const int depth : {1, 2, 4, 8}) {
    PngRecipe made = recipe(17, 3, test::kPalette, depth);
    for (int entry = 0; entry < 1 << depth; ++entry) {
      for (const int value : {entry, 255 - entry, entry * 7}) {
        made.palette.push_back(static_cast<std::uint8_t>(value));
      }
    }
    const Image image = read_ok(make_png(made));
    REQUIRE(image.channels == 3);
    for (std::size_t i = 0; i < made.values.size(); ++i) {
      for (int c = 0; c < 3; ++c)
        CHECK(image.samples[3 * i + c] == made.palette[3 * made.values[i] + c]);
    }
  }
}

TEST_CASE("opaque alpha is dropped, anything else refused") {
  for (const int colour : {test::kRgbAlpha, test::kGreyAlpha}) {
    PngRecipe made = recipe(6, 5, colour, 8);
    set_alpha(made, 255);
    const Image image = read_ok(make_png(made));
    const int samples = test::samples_per_pixel(colour);
    REQUIRE(image.channels == samples - 1);
    for (std::size_t i = 0; i < 30; ++i) {
      for (int c = 0; c < image.channels; ++c) {
        CHECK(image.samples[i * image.channels + c] == made.values[i * samples + c]);
      }
    }
    made.values.back() = 254;
    const Error error = read_bad(make_png(made));
    CHECK(error.code == ErrorCode::kUnsupportedFeature);
    CHECK(error.text.find("transparent") != std::string::npos);
  }
}

TEST_CASE("a transparent colour counts only where it is used") {
  PngRecipe made = recipe(4, 4, test::kGrey, 8);
  made.transparency = {0, 200};
  for (auto& value : made.values) value = 7;
  CHECK(read_ok(make_png(made)).channels == 1);
  made.values[5] = 200;
  CHECK(read_bad(make_png(made)).code == ErrorCode::kUnsupportedFeature);
}

TEST_CASE("16-bit samples are refused by name") {
  const Error error = read_bad(make_png(recipe(3, 3, test::kRgb, 16)));
  CHECK(error.code == ErrorCode::kUnsupportedFeature);
  CHECK(error.text.find("16 bits") != std::string::npos);
}

TEST_CASE("limits are checked on the header alone") {
  const Bytes small = make_png(recipe(10, 10, test::kRgb, 8));
  CHECK(read_bad(small, {.max_pixels = 99}).code == ErrorCode::kLimit);
  CHECK(read_png(small, {.max_pixels = 100}).has_value());
  CHECK(read_bad(small, {.max_side = 9}).code == ErrorCode::kLimit);

  // 2^32 - 1 a side: an allocation of that size could not succeed.
  Bytes huge = small;
  for (std::size_t i = 16; i < 24; ++i) huge[i] = 0xFF;
  CHECK(read_bad(huge).code == ErrorCode::kLimit);
  Bytes empty = small;
  for (std::size_t i = 16; i < 20; ++i) empty[i] = 0;
  CHECK(read_bad(empty).code == ErrorCode::kCorrupt);
}

TEST_CASE("truncation at every byte is an error that names the end") {
  const Bytes file = make_png(recipe(7, 5, test::kRgb, 8));
  for (std::size_t size = 8; size < file.size(); ++size) {
    const Error error =
        read_bad(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)));
    CHECK(error.code == ErrorCode::kTruncated);
    CHECK(error.offset == size);
  }
}

TEST_CASE("every flipped bit is an error") {
  const Bytes file = make_png(recipe(3, 2, test::kRgb, 8));
  for (std::size_t at = 8; at < file.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes flipped = file;
      flipped[at] ^= static_cast<std::uint8_t>(1 << bit);
      CAPTURE(at);
      CHECK_FALSE(read_png(flipped, Limits()).has_value());
    }
  }
}

TEST_CASE("a wrong checksum is reported where it is") {
  Bytes file = make_png(recipe(3, 2, test::kRgb, 8));
  const std::size_t end_of_idat = file.size() - 12;  // IEND takes 12 bytes
  file[end_of_idat - 1] ^= 1;
  const Error error = read_bad(file);
  CHECK(error.code == ErrorCode::kCorrupt);
  CHECK(error.offset == end_of_idat);
  CHECK(error.text.find("CRC") != std::string::npos);
}

TEST_CASE("what is written is read back") {
  for (const int channels : {1, 3}) {
    Image image;
    image.width = 41;
    image.height = 19;
    image.channels = channels;
    for (int i = 0; i < 41 * 19 * channels; ++i)
      image.samples.push_back(static_cast<std::uint8_t>(i * i >> 3));
    const Result<Bytes> file = write_png(image.view());
    REQUIRE(file.has_value());
    const Image back = read_ok(*file);
    CHECK(back.width == 41);
    CHECK(back.height == 19);
    CHECK(back.channels == channels);
    CHECK(back.samples == image.samples);
  }
}

}  // namespace
}  // namespace vaecomp
