// What each format keeps, and what writers say about the rest.
#include <doctest/doctest.h>

#include <string>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/png.h"
#include "tools/image_io/pnm.h"
#include "unit/image_io/make_icc.h"

namespace vaecomp {
namespace {

Image pixel(int channels, Metadata metadata, bool deep = false) {
  Image image{.samples = {}, .width = 1, .height = 1, .channels = channels};
  if (deep) {
    image.samples16.assign(channels, 500);
  } else {
    image.samples.assign(channels, 100);
  }
  image.metadata = std::move(metadata);
  return image;
}

Metadata everything() {
  Metadata metadata;
  metadata.exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 0, 0};
  metadata.xmp = {'<', 'x', '/', '>'};
  metadata.iptc = {'8', 'B', 'I', 'M', 4, 4, 0, 0, 0, 0, 0, 0};
  metadata.text = {{"Comment", "", "", "c"}, {"Author", "", "", "a"}};
  metadata.display = {{"pHYs", {0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1}},
                      {"tIME", {7, 0xD0, 1, 1, 0, 0, 0}},
                      {"sRGB", {0}}};
  return metadata;
}

std::vector<std::string> texts(const Remarks& remarks) {
  std::vector<std::string> found;
  for (const Remark& remark : remarks) found.push_back(remark.text);
  return found;
}

bool has_chunk(const Bytes& png, const std::string& type) {
  return std::string(png.begin(), png.end()).find(type) != std::string::npos;
}

TEST_CASE("Netpbm's formats keep nothing, and say so") {
  const std::string rest = "left out: EXIF, XMP, IPTC, texts, density, tIME";
  for (const int channels : {1, 3}) {
    const Image image = pixel(channels, everything());
    Remarks pnm, pam;
    write_pnm(image.view(), &pnm);
    write_pam(image.view(), &pam);
    CHECK(texts(pnm) == std::vector<std::string>{rest});
    CHECK(pnm == pam);
    CHECK(pnm[0].kind == RemarkKind::kLeftOut);
  }
  Remarks nothing;
  write_pnm(pixel(3, {}).view(), &nothing);
  CHECK(nothing.empty());
}

TEST_CASE("colours that are not sRGB's are a warning in Netpbm's formats, sRGB's profile a note") {
  Metadata linear, srgb;
  linear.icc = test::make_icc("linear light", 1);
  srgb.icc = test::make_icc("sRGB", 0);
  Remarks warned, noted;
  write_pnm(pixel(3, linear).view(), &warned);
  write_pnm(pixel(3, srgb).view(), &noted);
  REQUIRE(warned.size() == 1);
  CHECK(warned[0].kind == RemarkKind::kColour);
  CHECK(warned[0].text ==
        "a PPM has no place for the colour space, linear light (ICC profile): colours will look "
        "different (.png keeps it)");
  CHECK(texts(noted) == std::vector<std::string>{"left out: ICC profile"});
}

TEST_CASE("JPEG keeps comments, density and IPTC; the rest is named") {
  Remarks remarks;
  REQUIRE(write_jpeg(pixel(3, everything()).view(), {}, &remarks).has_value());
  CHECK(texts(remarks) == std::vector<std::string>{"left out: texts but comments, tIME"});
}

TEST_CASE("JPEG has JFIF's density") {
  const Result<Bytes> file = write_jpeg(pixel(3, everything()).view());
  REQUIRE(file.has_value());
  CHECK(Bytes(file->begin() + 13, file->begin() + 18) == Bytes{1, 0, 72, 0, 72});
  Metadata odd;
  odd.display = {{"pHYs", {0, 0, 0, 0, 0, 0, 0, 0, 1}}};
  Remarks remarks;
  REQUIRE(write_jpeg(pixel(3, odd).view(), {}, &remarks).has_value());
  CHECK(texts(remarks) == std::vector<std::string>{"left out: density"});
}

TEST_CASE("IPTC of any size goes into segments of JPEG") {
  for (const std::size_t size : {1, 65519, 65520, 200000}) {
    Metadata metadata;
    for (std::size_t i = 0; i < size; ++i)
      metadata.iptc.push_back(static_cast<std::uint8_t>(i * 7 >> 2));
    const Result<Bytes> file = write_jpeg(pixel(1, metadata).view());
    REQUIRE(file.has_value());
    Bytes found;
    for (std::size_t at = 2; (*file)[at] == 0xFF && (*file)[at + 1] != 0xDA;) {
      const std::size_t length = std::size_t{(*file)[at + 2]} << 8 | (*file)[at + 3];
      if ((*file)[at + 1] == 0xED) {
        CHECK(std::string(file->begin() + at + 4, file->begin() + at + 17) == "Photoshop 3.0");
        found.insert(found.end(), file->begin() + at + 18, file->begin() + at + 2 + length);
      }
      at += 2 + length;
    }
    CHECK(found == metadata.iptc);
  }
}

TEST_CASE("facts about colours become JPEG's profile, or a warning") {
  Metadata linear, hdr;
  linear.display = {{"gAMA", {0, 1, 0x86, 0xA0}}};
  hdr.display = {{"cICP", {9, 16, 0, 1}}};
  Remarks said, unsaid;
  const Result<Bytes> file = write_jpeg(pixel(3, linear).view(), {}, &said);
  REQUIRE(file.has_value());
  CHECK(said.empty());
  CHECK(read_jpeg(*file, {})->metadata.icc.size() > 128);
  REQUIRE(write_jpeg(pixel(3, hdr).view(), {}, &unsaid).has_value());
  REQUIRE(unsaid.size() == 1);
  CHECK(unsaid[0].kind == RemarkKind::kColour);
}

TEST_CASE("PNG has chunks that fit, once, and never sRGB beside a profile") {
  Metadata metadata;
  metadata.icc = test::make_icc("linear", 1);
  metadata.display = {
      {"sRGB", {0}},       {"gAMA", {0, 0, 0xB1, 0x8F}}, {"gAMA", {0, 0, 0, 1}},
      {"sBIT", {5, 6, 5}}, {"bKGD", {0, 1, 0, 2, 0, 3}}, {"tIME", {7, 0xD0, 13, 1, 0, 0, 0}},
      {"IDAT", {1}}};
  Remarks remarks;
  const Result<Bytes> file = write_png(pixel(3, metadata).view(), {}, &remarks);
  REQUIRE(file.has_value());
  CHECK(texts(remarks) == std::vector<std::string>{"left out: sRGB, gAMA, tIME, IDAT"});
  for (const char* type : {"iCCP", "gAMA", "sBIT", "bKGD"}) CHECK(has_chunk(*file, type));
  for (const char* type : {"sRGB", "tIME"}) CHECK_FALSE(has_chunk(*file, type));

  // Grey of 16 bits has other needs.
  Remarks grey;
  REQUIRE(write_png(pixel(1, metadata, true).view(), {}, &grey).has_value());
  CHECK(texts(grey) == std::vector<std::string>{"left out: sRGB, gAMA, sBIT, bKGD, tIME, IDAT"});
  metadata.display = {{"sBIT", {12}}, {"bKGD", {1, 0}}};
  grey.clear();
  REQUIRE(write_png(pixel(1, metadata, true).view(), {}, &grey).has_value());
  CHECK(grey.empty());
  REQUIRE(write_png(pixel(1, metadata).view(), {}, &grey).has_value());
  CHECK(texts(grey) == std::vector<std::string>{"left out: sBIT, bKGD"});
}

TEST_CASE("keys that PNG does not allow are told") {
  Metadata metadata;
  metadata.text = {{std::string(80, 'k'), "", "", "x"}, {"Good", "", "", "y"}};
  Remarks remarks;
  REQUIRE(write_png(pixel(3, metadata).view(), {}, &remarks).has_value());
  CHECK(texts(remarks) ==
        std::vector<std::string>{"left out: texts whose keys PNG does not allow"});
}

TEST_CASE("each level of PNG gives the same samples") {
  Image image{.samples = {}, .width = 64, .height = 64, .channels = 3};
  for (int i = 0; i < 64 * 64 * 3; ++i)
    image.samples.push_back(static_cast<std::uint8_t>(i % 192 < 96 ? 0 : i % 7));
  const auto size = [&image](std::optional<int> level) {
    const Result<Bytes> file = write_png(image.view(), {.png_level = level});
    REQUIRE(file.has_value());
    CHECK(read_png(*file, {})->samples == image.samples);
    return file->size();
  };
  for (int level = 0; level <= 9; ++level) size(level);
  CHECK(size(0) > image.samples.size());
  CHECK(size(9) < size(1));
  CHECK(size({}) == size(5));  // a drawing
}

}  // namespace
}  // namespace vaecomp
