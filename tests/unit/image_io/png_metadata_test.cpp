// PNG's chunks as metadata: read from files made by hand, written, and read again.
#include "tools/image_io/png_metadata.h"

#include <doctest/doctest.h>

#include <string>

#include "tools/image_io/png.h"
#include "unit/image_io/make_png.h"

namespace vaecomp {
namespace {

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

// A one-pixel PNG with chunks before and after its samples.
Bytes png_with(const std::vector<PngChunk>& before, const std::vector<PngChunk>& after = {}) {
  const Bytes plain = test::make_png({.width = 1, .height = 1, .values = {1, 2, 3}});
  constexpr std::ptrdiff_t kHead = 33, kEnd = 12;
  Bytes file(plain.begin(), plain.begin() + kHead);
  for (const PngChunk& chunk : before) test::put_chunk(file, chunk.type, chunk.content);
  file.insert(file.end(), plain.begin() + kHead, plain.end() - kEnd);
  for (const PngChunk& chunk : after) test::put_chunk(file, chunk.type, chunk.content);
  file.insert(file.end(), plain.end() - kEnd, plain.end());
  return file;
}

Metadata read_ok(const Bytes& file) {
  const Result<Image> image = read_png(file, {});
  if (!image) FAIL(image.error().message());
  return image->metadata;
}

Metadata rewritten(const Metadata& metadata) {
  const Image pixel{.samples = {1, 2, 3},
                    .width = 1,
                    .height = 1,
                    .channels = 3,
                    .samples16 = {},
                    .alpha = {},
                    .metadata = metadata};
  const Result<Bytes> file = write_png(pixel.view());
  REQUIRE(file.has_value());
  return read_ok(*file);
}

Bytes profile_chunk(const Bytes& profile) {
  Bytes content = bytes_of(std::string("name\0\0", 6));
  const Bytes stream = test::zlib_stored(profile);
  content.insert(content.end(), stream.begin(), stream.end());
  return content;
}

Metadata everything() {
  const Bytes exif = bytes_of(std::string("MM\0*\0\0\0\x08\0\0\0\0\0\0", 14));
  const std::string itxt("Title\0\0\0de\0\xC3\x9C\0\xE4\xB8\xAD", 17);
  return read_ok(
      png_with({{"gAMA", {0, 0, 0xB1, 0x8F}},
                {"cHRM", Bytes(32, 1)},
                {"sRGB", {1}},
                {"cICP", {9, 16, 0, 1}},
                {"pHYs", {0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1}},
                {"iCCP", profile_chunk(Bytes(70000, 0x5A))},
                {"tEXt", bytes_of(std::string("Author\0caf\xE9", 11))}},
               {{"eXIf", exif},
                {"iTXt", bytes_of(itxt)},
                {"iTXt", bytes_of(std::string("XML:com.adobe.xmp\0\0\0\0\0<x/>", 26))}}));
}

TEST_CASE("every kind is found, before and after the samples") {
  const Metadata metadata = everything();
  REQUIRE(metadata.display.size() == 5);
  CHECK(metadata.display[0] == PngChunk{"gAMA", {0, 0, 0xB1, 0x8F}});
  CHECK(metadata.display[1] == PngChunk{"cHRM", Bytes(32, 1)});
  CHECK(metadata.display[3] == PngChunk{"cICP", {9, 16, 0, 1}});
  CHECK(metadata.icc == Bytes(70000, 0x5A));
  CHECK(metadata.exif.size() == 14);
  CHECK(metadata.xmp == bytes_of("<x/>"));
  CHECK(metadata.text == std::vector<TextEntry>{{"Author", "", "", "caf\xC3\xA9"},
                                                {"Title", "de", "\xC3\x9C", "\xE4\xB8\xAD"}});
}

TEST_CASE("what was read is written and read again, byte for byte, but sRGB beside a profile") {
  Metadata metadata = everything();
  std::erase_if(metadata.display, [](const PngChunk& chunk) { return chunk.type == "sRGB"; });
  CHECK(rewritten(everything()) == metadata);
}

TEST_CASE("the first of a kind counts, and other chunks are not kept") {
  const Metadata metadata =
      read_ok(png_with({{"gAMA", {0, 0, 0, 1}}, {"gAMA", {0, 0, 0, 2}}, {"abCd", {1}}}));
  CHECK(metadata.display == std::vector<PngChunk>{{"gAMA", {0, 0, 0, 1}}});
}

TEST_CASE("a stream's chunks cannot smuggle others into a file, nor keys break it") {
  Metadata metadata;
  metadata.display = {{"IDAT", {1, 2}}, {"PLTE", {1}}, {"gAMA", {0, 0, 0, 1}}};
  metadata.text = {{"", "", "", "no key"},
                   {std::string(80, 'k'), "", "", "long key"},
                   {" blank", "", "", "x"},
                   {"\xE4\xB8\xAD", "", "", "not Latin-1"},
                   {"Good", "", "", "kept"}};
  const Metadata back = rewritten(metadata);
  CHECK(back.display == std::vector<PngChunk>{{"gAMA", {0, 0, 0, 1}}});
  CHECK(back.text == std::vector<TextEntry>{{"Good", "", "", "kept"}});
}

}  // namespace
}  // namespace vaecomp
