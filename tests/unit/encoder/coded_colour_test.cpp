// Neutral pictures become grey ones, colours under transparency something smooth; all others stay;
// 16 bits get an 8-bit twin.
#include "codec/encoder/coded_colour.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "codec/encoder/pad.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

Image with_hole(int width, int height, int channels) {
  Image image = test::picture(width, height, channels, 4);
  image.alpha.assign(static_cast<std::size_t>(width) * height, 255);
  for (int y = height / 4; y < height; ++y)
    for (int x = width / 3; x < width; ++x) image.alpha[y * width + x] = 0;
  return image;
}

TEST_CASE("an opaque 8-bit picture is borrowed as it is") {
  const Image image = test::picture(9, 7, 3);
  Image storage;
  const ImageView coded = coded_colour(image.view(), storage);
  CHECK(coded.samples.data() == image.samples.data());
  CHECK(storage.samples.empty());
  CHECK(coded.metadata == nullptr);
}

TEST_CASE("VC-35: hidden colours do not matter, visible ones stay") {
  for (const int channels : {1, 3}) {
    Image image = with_hole(33, 21, channels);
    Image other = image;
    test::Random random(8);
    for (std::size_t i = 0; i < other.alpha.size(); ++i)
      for (int c = 0; c < channels && other.alpha[i] == 0; ++c)
        other.samples[i * channels + c] = static_cast<std::uint8_t>(random.below(256));
    CHECK(image.samples != other.samples);
    Image storage, other_storage;
    const ImageView a = coded_colour(image.view(), storage);
    const ImageView b = coded_colour(other.view(), other_storage);
    CHECK(std::equal(a.samples.begin(), a.samples.end(), b.samples.begin(), b.samples.end()));
    for (std::size_t i = 0; i < image.samples.size(); ++i)
      if (image.alpha[i / channels] != 0) CHECK(a.samples[i] == image.samples[i]);
  }
}

TEST_CASE("the filling continues a flat colour exactly, and a ramp without steps") {
  Image flat{.samples = Bytes(40 * 30 * 3, 77), .width = 40, .height = 30, .channels = 3};
  flat.alpha.assign(40 * 30, 0);
  flat.alpha[777] = 1;
  for (std::size_t i = 0; i < 1200; ++i)
    if (i != 777) flat.samples[3 * i] = 200;
  Image storage;
  for (const std::uint8_t sample : coded_colour(flat.view(), storage).samples) CHECK(sample == 77);

  Image ramp{.samples = {}, .width = 64, .height = 64, .channels = 1};
  for (int i = 0; i < 64 * 64; ++i) {
    ramp.samples.push_back(static_cast<std::uint8_t>(i % 64 * 3));
    ramp.alpha.push_back(i % 64 > 20 && i % 64 < 44 ? 0 : 255);
  }
  const ImageView coded = coded_colour(ramp.view(), storage);
  for (int x = 1; x < 64; ++x)
    CHECK(std::abs(coded.samples[32 * 64 + x] - coded.samples[32 * 64 + x - 1]) < 24);
}

TEST_CASE("sizes down to one pixel, nothing visible at all") {
  for (int width = 1; width < 6; ++width)
    for (int height = 1; height < 6; ++height) {
      Image image = test::picture(width, height, 3);
      image.alpha.assign(static_cast<std::size_t>(width) * height, 0);
      Image storage;
      const ImageView coded = coded_colour(image.view(), storage);
      CHECK(std::count(coded.samples.begin(), coded.samples.end(), coded.samples[0]) ==
            static_cast<std::ptrdiff_t>(coded.samples.size()));
    }
}

TEST_CASE("16-bit samples get 8-bit ones beside them, and the network the finer ones") {
  Image image{
      .samples = {}, .width = 2, .height = 1, .channels = 1, .samples16 = {128, 65535 - 129}};
  Image storage;
  const ImageView coded = coded_colour(image.view(), storage);
  CHECK(coded.samples[0] == 0);
  CHECK(coded.samples[1] == 254);
  CHECK(coded.depth() == 16);
  const RowInput<float> padded = padded_picture(coded, 16);
  CHECK(padded.rows.height == 16);
  REQUIRE(padded.rows.width == 16);
  std::vector<float> row(16 * 3);
  padded.fill(9, row.data());
  CHECK(row[0] == doctest::Approx(128 / 32767.5 - 1));
  for (std::size_t i = 3; i < row.size(); ++i)
    CHECK(row[i] == doctest::Approx(65406 / 32767.5 - 1));
}

TEST_CASE("neutral: three equal samples wherever something is visible") {
  const Image grey = test::picture(9, 7, 1);
  CHECK_FALSE(is_neutral(grey.view()));
  CHECK_FALSE(is_neutral(test::picture(9, 7, 3).view()));
  Image image = test::neutral(grey);
  CHECK(is_neutral(image.view()));
  Image storage;
  const ImageView coded = coded_colour(image.view(), storage);
  CHECK(coded.channels == 1);
  CHECK(std::equal(coded.samples.begin(), coded.samples.end(), grey.samples.begin(),
                   grey.samples.end()));
  for (const std::size_t i : {std::size_t{0}, std::size_t{100}, image.samples.size() - 1}) {
    image.samples[i] ^= 1;
    CHECK_FALSE(is_neutral(image.view()));
    image.alpha.assign(63, 3);
    CHECK_FALSE(is_neutral(image.view()));
    image.alpha[i / 3] = 0;
    CHECK(is_neutral(image.view()));
    image.alpha.clear();
    image.samples[i] ^= 1;
  }
  const Image deep{.samples = {},
                   .width = 2,
                   .height = 1,
                   .channels = 3,
                   .samples16 = {700, 700, 700, 65535, 65535, 65535}};
  CHECK(is_neutral(deep.view()));
  const ImageView coded_deep = coded_colour(deep.view(), storage);
  CHECK(coded_deep.channels == 1);
  CHECK(coded_deep.samples16[0] == 700);
  CHECK(coded_deep.samples[1] == 255);
}

TEST_CASE("what is hidden in a neutral picture follows the visible greys") {
  Image image = test::neutral(with_hole(33, 21, 1));
  image.alpha = with_hole(33, 21, 1).alpha;
  Image storage, grey_storage;
  const Image grey = with_hole(33, 21, 1);
  for (std::size_t i = 0; i < image.alpha.size(); ++i)
    if (image.alpha[i] == 0) image.samples[3 * i] ^= 0x55;
  const ImageView a = coded_colour(image.view(), storage);
  const ImageView b = coded_colour(grey.view(), grey_storage);
  CHECK(std::equal(a.samples.begin(), a.samples.end(), b.samples.begin(), b.samples.end()));
}

TEST_CASE("opaque means the largest value everywhere") {
  Image image = test::picture(2, 2, 3);
  CHECK(is_opaque(image.view()));
  image.alpha = {255, 255, 255, 255};
  CHECK(is_opaque(image.view()));
  image.alpha[3] = 254;
  CHECK_FALSE(is_opaque(image.view()));
  Image deep{
      .samples = {}, .width = 1, .height = 1, .channels = 1, .samples16 = {9}, .alpha = {255}};
  CHECK_FALSE(is_opaque(deep.view()));
  deep.alpha = {65535};
  CHECK(is_opaque(deep.view()));
}

}  // namespace
}  // namespace vaecomp
