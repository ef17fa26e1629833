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
  Result<Image> image = read_png(file, {});
  REQUIRE_MESSAGE(image.has_value(), image.error().message());
  return *std::move(image);
}

Error read_bad(const Bytes& file, const Limits& limits = {}) {
  const Result<Image> image = read_png(file, {.limits = limits});
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

TEST_CASE("alpha is a plane of its own, and dropped where it is opaque") {
  for (const int colour : {test::kRgbAlpha, test::kGreyAlpha}) {
    for (const int depth : {8, 16}) {
      PngRecipe made = recipe(6, 5, colour, depth);
      const int samples = test::samples_per_pixel(colour);
      const Image image = read_ok(make_png(made));
      REQUIRE(image.channels == samples - 1);
      REQUIRE(image.depth() == depth);
      REQUIRE(image.alpha.size() == 30);
      for (std::size_t i = 0; i < 30; ++i) {
        CHECK(image.alpha[i] == made.values[i * samples + samples - 1]);
        for (int c = 0; c < image.channels; ++c) {
          const std::size_t at = i * image.channels + c;
          CHECK((depth == 16 ? image.samples16[at] : image.samples[at]) ==
                made.values[i * samples + c]);
        }
      }
      set_alpha(made, static_cast<std::uint16_t>((1 << depth) - 1));
      CHECK(read_ok(make_png(made)).alpha.empty());
    }
  }
}

TEST_CASE("16-bit samples keep all their bits, interlaced or not") {
  for (const bool interlaced : {false, true}) {
    for (const int colour : {test::kGrey, test::kRgb}) {
      PngRecipe made = recipe(11, 9, colour, 16);
      made.interlaced = interlaced;
      const Image image = read_ok(make_png(made));
      CHECK(image.samples.empty());
      CHECK(image.samples16 == made.values);
    }
  }
}

TEST_CASE("a transparent colour becomes alpha, where it is used") {
  for (const int depth : {8, 16}) {
    PngRecipe made = recipe(4, 4, test::kGrey, depth);
    made.transparency = {0, 200};
    for (auto& value : made.values) value = 7;
    CHECK(read_ok(make_png(made)).alpha.empty());
    made.values[5] = 200;
    const Image image = read_ok(make_png(made));
    REQUIRE(image.alpha.size() == 16);
    for (std::size_t i = 0; i < 16; ++i) CHECK(image.alpha[i] == (i == 5 ? 0 : (1 << depth) - 1));
  }
  PngRecipe made = recipe(4, 1, test::kPalette, 2);
  made.values = {0, 1, 2, 3};
  made.palette = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
  made.transparency = {0, 128};
  CHECK(read_ok(make_png(made)).alpha == std::vector<std::uint16_t>{0, 128, 255, 255});
}

TEST_CASE("limits are checked on the header alone") {
  const Bytes small = make_png(recipe(10, 10, test::kRgb, 8));
  CHECK(read_bad(small, {.max_pixels = 99}).code == ErrorCode::kLimit);
  CHECK(read_png(small, {.limits = {.max_pixels = 100}}).has_value());
  CHECK(read_bad(small, {.max_side = 9}).code == ErrorCode::kLimit);

  // 2^32 - 1 a side: an allocation of that size could not succeed.
  Bytes huge = small;
  for (std::size_t i = 16; i < 24; ++i) huge[i] = 0xFF;
  CHECK(read_bad(huge).code == ErrorCode::kLimit);
  Bytes empty = small;
  for (std::size_t i = 16; i < 20; ++i) empty[i] = 0;
  CHECK(read_bad(empty).code == ErrorCode::kCorrupt);
}

TEST_CASE("what is written is read back: grey and RGB, 8 and 16 bits, with and without alpha") {
  for (const int channels : {1, 3}) {
    for (const bool deep : {false, true}) {
      for (const bool alpha : {false, true}) {
        Image image;
        image.width = 41;
        image.height = 19;
        image.channels = channels;
        for (int i = 0; i < 41 * 19 * channels; ++i) {
          if (deep) {
            image.samples16.push_back(static_cast<std::uint16_t>(i * i));
          } else {
            image.samples.push_back(static_cast<std::uint8_t>(i * i >> 3));
          }
        }
        for (int i = 0; alpha && i < 41 * 19; ++i)
          image.alpha.push_back(static_cast<std::uint16_t>(i * 7 % (deep ? 65536 : 256)));
        const Result<Bytes> file = write_png(image.view());
        REQUIRE(file.has_value());
        const Image back = read_ok(*file);
        CHECK(back.width == 41);
        CHECK(back.height == 19);
        CHECK(back.channels == channels);
        CHECK(back.samples == image.samples);
        CHECK(back.samples16 == image.samples16);
        CHECK(back.alpha == image.alpha);
        CHECK(back.metadata == Metadata());
      }
    }
  }
}

}  // namespace
}  // namespace vaecomp
