// EXIF's orientation: found in both byte orders, and undone.
#include "tools/image_io/orientation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace vaecomp {
namespace {

// A TIFF block whose only entry is the orientation.
Bytes exif(int value, bool big_endian) {
  const std::string little("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0V\0\0\0\0\0\0\0", 26);
  const std::string big("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0V\0\0\0\0\0\0", 26);
  const std::string& text = big_endian ? big : little;
  Bytes block(text.begin(), text.end());
  block[text.find('V')] = static_cast<std::uint8_t>(value);
  return block;
}

TEST_CASE("the tag is found in both byte orders") {
  for (const bool big_endian : {false, true}) {
    for (int value = 1; value <= 8; ++value)
      CHECK(exif_orientation(exif(value, big_endian)) == value);
    CHECK(exif_orientation(exif(0, big_endian)) == 1);
    CHECK(exif_orientation(exif(9, big_endian)) == 1);
  }
}

TEST_CASE("cut, foreign and nonsensical blocks mean 1") {
  CHECK(exif_orientation({}) == 1);
  CHECK(exif_orientation(Bytes(100, 'x')) == 1);
  const Bytes block = exif(6, true);
  for (std::size_t size = 0; size < 20; ++size)
    CHECK(exif_orientation(ByteSpan(block).first(size)) == 1);
  Bytes far = block;
  far[4] = 0xFF;  // the directory lies beyond the end
  CHECK(exif_orientation(far) == 1);
  Bytes many = block;
  many[8] = many[9] = 0xFF;
  many[10] = 0;  // 65535 entries, none of them the tag
  CHECK(exif_orientation(many) == 1);
}

TEST_CASE("the eight orientations of a 3 x 2 picture, after EXIF 2.3's figure") {
  // Stored:  a b c
  //          d e f
  const Image stored{
      .samples = {'a', 'b', 'c', 'd', 'e', 'f'}, .width = 3, .height = 2, .channels = 1};
  const std::string shown[] = {"abcdef", "cbafed", "fedcba", "defabc",
                               "adbecf", "daebfc", "fcebda", "cfbead"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const Image turned = oriented(stored, orientation);
    CHECK(std::string(turned.samples.begin(), turned.samples.end()) == shown[orientation - 1]);
    CHECK(turned.width == (orientation < 5 ? 3 : 2));
    CHECK(turned.height == (orientation < 5 ? 2 : 3));
  }
}

TEST_CASE("alpha and 16-bit colours turn together") {
  Image image{.samples = {},
              .width = 2,
              .height = 1,
              .channels = 3,
              .samples16 = {1, 2, 3, 4, 5, 6},
              .alpha = {7, 8}};
  image = oriented(image, 3);
  CHECK(image.samples16 == std::vector<std::uint16_t>{4, 5, 6, 1, 2, 3});
  CHECK(image.alpha == std::vector<std::uint16_t>{8, 7});
}

TEST_CASE("an upright picture's metadata no longer asks for turning") {
  for (const bool big_endian : {false, true}) {
    for (int orientation = 2; orientation <= 8; ++orientation) {
      CAPTURE(orientation);
      Image image{.samples = {1, 2}, .width = 2, .height = 1, .channels = 1};
      image.metadata.exif = exif(orientation, big_endian);
      Bytes& block = image.metadata.exif;
      block.insert(block.end(), {9, 9, 9, 9, 7});
      std::copy_n(Bytes{0, 0, 0, 26}.begin(), 4, block.begin() + 22);  // a thumbnail's directory
      const std::string packet = "<x tiff:Orientation=\"8\" a='1'/><tiff:Orientation>3</x>";
      image.metadata.xmp.assign(packet.begin(), packet.end());
      const Image turned = upright(image);
      CHECK(turned.samples == oriented(image, orientation).samples);
      CHECK(exif_orientation(turned.metadata.exif) == 1);
      CHECK(ByteSpan(turned.metadata.exif).subspan(22, 4)[3] == 0);
      CHECK(turned.metadata.exif.size() == block.size());
      CHECK(turned.metadata.exif.back() == 7);
      const std::string after(turned.metadata.xmp.begin(), turned.metadata.xmp.end());
      CHECK(after == "<x tiff:Orientation=\"1\" a='1'/><tiff:Orientation>1</x>");
    }
  }
}

TEST_CASE("a picture that lies right keeps its metadata byte for byte") {
  Image image{.samples = {1, 2}, .width = 2, .height = 1, .channels = 1};
  image.metadata.exif = exif(1, false);
  const std::string packet = "<x tiff:Orientation=\"8\"/>";
  image.metadata.xmp.assign(packet.begin(), packet.end());
  CHECK(upright(image).metadata == image.metadata);
}

}  // namespace
}  // namespace vaecomp
