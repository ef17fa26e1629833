// PNG's ancillary chunks: what is kept in which form, what is left out, frames of animations.
#include "tools/image_io/png_facts.h"

#include <doctest/doctest.h>

#include <string>

#include "tools/image_io/png.h"
#include "unit/image_io/make_png.h"

namespace vaecomp {
namespace {

using namespace std::string_literals;
using Chunks = std::vector<std::pair<std::string, Bytes>>;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }
std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

test::PngRecipe pixel() { return {.width = 1, .height = 1, .values = {1, 2, 3}}; }

struct Found {
  Metadata metadata;
  Remarks remarks;
};

Found read(const Bytes& file) {
  Found found;
  Result<Image> image = read_png(file, {}, &found.remarks);
  if (!image) FAIL(image.error().message());
  found.metadata = std::move(image->metadata);
  return found;
}

Found read_with(const Chunks& before, const Chunks& after = {}) {
  return read(test::with_chunks(test::make_png(pixel()), before, after));
}

Bytes zlib_text(const std::string& head, const std::string& text) {
  Bytes content = bytes_of(head);
  const Bytes stream = test::zlib_stored(bytes_of(text));
  content.insert(content.end(), stream.begin(), stream.end());
  return content;
}

TEST_CASE("texts of all three kinds, compressed or not, however many") {
  const Found found = read_with({{"tEXt", bytes_of("Author\0caf\xE9"s)},
                                 {"zTXt", zlib_text("Long\0\0"s, "caf\xE9 again")},
                                 {"iTXt", bytes_of("Title\0\0\0de\0\xC3\x9C\0\xC3\xA4"s)}},
                                {{"iTXt", zlib_text("Deep\0\1\0\0\0"s, "\xE4\xB8\xAD")},
                                 {"tEXt", bytes_of("No text")},
                                 {"tEXt", bytes_of("Ends\0here\0not here"s)}});
  CHECK(found.metadata.text == std::vector<TextEntry>{{"Author", "", "", "caf\xC3\xA9"},
                                                      {"Long", "", "", "caf\xC3\xA9 again"},
                                                      {"Title", "de", "\xC3\x9C", "\xC3\xA4"},
                                                      {"Deep", "", "", "\xE4\xB8\xAD"},
                                                      {"No text", "", "", ""},
                                                      {"Ends", "", "", "here"}});
  CHECK(found.remarks.empty());
  CHECK(read_with(Chunks(1500, {"tEXt", bytes_of("a\0b"s)})).metadata.text.size() == 1500);
}

TEST_CASE("malformed chunks are left out and named") {
  Bytes cut_profile = zlib_text("name\0\0"s, std::string(500, 'x'));
  cut_profile.resize(300);
  const struct {
    std::string type;
    Bytes content;
    std::string why;
  } rows[] = {
      {"iCCP", bytes_of("name\0\0junk"s), "its content is damaged"},
      {"iCCP", cut_profile, "its content ends early"},
      {"iCCP", bytes_of("name"), "its compression is unknown"},
      {"iCCP", {}, "its compression is unknown"},
      {"iCCP", bytes_of("name\0\1xx"s), "its compression is unknown"},
      {"zTXt", bytes_of("key\0\0junk"s), "its content is damaged"},
      {"zTXt", bytes_of("key\0\1junk"s), "its compression is unknown"},
      {"iTXt", bytes_of("key\0\2\0\0\0x"s), "its compression is unknown"},
      {"gAMA", {0, 0, 1}, "3 bytes instead of 4"},
      {"pHYs", Bytes(10), "10 bytes instead of 9"},
      {"tIME", Bytes(6), "6 bytes instead of 7"},
      {"sBIT", {8}, "1 bytes instead of 3"},
      {"bKGD", {0, 8}, "it is no colour of this picture"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.type);
    const Found found = read_with({{row.type, row.content}});
    CHECK(found.metadata == Metadata());
    REQUIRE(found.remarks.size() == 1);
    CHECK(found.remarks[0].kind == RemarkKind::kDamage);
    CHECK(found.remarks[0].text == "a malformed " + row.type + " chunk is left out: " + row.why);
    CHECK(found.remarks[0].offset == 33);
  }
}

TEST_CASE("facts on display are kept as they stand, background as the samples are") {
  const Found rgb = read_with(
      {{"sBIT", {5, 6, 5}}, {"bKGD", {0, 1, 0, 2, 0, 3}}, {"tIME", {7, 0xEA, 11, 26, 1, 2, 3}}});
  CHECK(rgb.metadata.display == std::vector<PngChunk>{{"sBIT", {5, 6, 5}},
                                                      {"bKGD", {0, 1, 0, 2, 0, 3}},
                                                      {"tIME", {7, 0xEA, 11, 26, 1, 2, 3}}});
  test::PngRecipe grey{.width = 1, .height = 1, .depth = 2, .colour = test::kGrey, .values = {1}};
  const auto background = [](const test::PngRecipe& recipe, const Bytes& content) {
    // Behind the palette, where bKGD belongs.
    Bytes file = test::make_png(recipe);
    const auto at = static_cast<std::ptrdiff_t>(test::chunk_at(file, "IDAT"));
    Bytes chunk;
    test::put_chunk(chunk, "bKGD", content);
    file.insert(file.begin() + at, chunk.begin(), chunk.end());
    return read(file);
  };
  CHECK(background(grey, {0, 2}).metadata.display.at(0).content == Bytes{0, 170});
  CHECK(background(grey, {0, 4}).remarks.at(0).kind == RemarkKind::kDamage);
  grey.depth = 16;
  CHECK(background(grey, {1, 2}).metadata.display.at(0).content == Bytes{1, 2});
  test::PngRecipe palette{
      .width = 1, .height = 1, .depth = 8, .colour = test::kPalette, .values = {0}};
  palette.palette = {1, 2, 3, 4, 5, 6};
  CHECK(background(palette, {1}).metadata.display.at(0).content == Bytes{0, 4, 0, 5, 0, 6});
  CHECK(background(palette, {2}).remarks.at(0).kind == RemarkKind::kDamage);
}

TEST_CASE("what is not kept is named in one note") {
  const Found found = read_with({{"hIST", {0, 1}}, {"sPLT", {0}}, {"gAMA", {0, 0, 0, 1}}},
                                {{"prVt", {1}}, {"prVt", {2}}, {"gAMA", {0, 0, 0, 2}}});
  CHECK(found.metadata.display == std::vector<PngChunk>{{"gAMA", {0, 0, 0, 1}}});
  REQUIRE(found.remarks.size() == 1);
  CHECK(found.remarks[0] ==
        Remark{RemarkKind::kLeftOut, "left out: hIST, sPLT, prVt, a second gAMA", 33});
}

TEST_CASE("profile and colour chunks beside each other are all read") {
  const Found found = read_with(
      {{"iCCP", zlib_text("x\0\0"s, "profile")}, {"sRGB", {0}}, {"gAMA", {0, 0, 0xB1, 0x8F}}});
  CHECK(text_of(found.metadata.icc) == "profile");
  CHECK(found.metadata.display.size() == 2);
  CHECK(found.remarks.empty());
}

TEST_CASE("animations") {
  const Bytes control(8), frame(26), data(30);
  const struct {
    Chunks before, after;
    std::string text;  // empty: no animation
  } rows[] = {
      {{{"acTL", control}, {"fcTL", frame}},
       {{"fcTL", frame}, {"fdAT", data}, {"fcTL", frame}, {"fdAT", data}},
       "an animation of 3 frames: only the first is kept"},
      {{{"acTL", control}},
       {{"fcTL", frame}, {"fdAT", data}},
       "an animation of 1 frame: only the picture before it is kept"},
      {{{"acTL", control}, {"fcTL", frame}}, {}, ""},
      {{}, {{"acTL", control}, {"fcTL", frame}, {"fdAT", data}}, ""},
      {{{"acTL", control}}, {}, ""},
  };
  for (const auto& row : rows) {
    const Found found = read_with(row.before, row.after);
    REQUIRE(found.remarks.size() == (row.text.empty() ? 0 : 1));
    if (!row.text.empty()) CHECK(found.remarks[0] == Remark{RemarkKind::kMore, row.text, 33});
  }
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char byte : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    out += kDigits[static_cast<unsigned char>(byte) >> 4];
    out += kDigits[byte & 15];
    if (out.size() % 73 == 72) out += '\n';
  }
  return out;
}

// A text as ImageMagick and exiftool write it.
std::pair<std::string, Bytes> raw(const std::string& type, const std::string& profile) {
  return {"tEXt", bytes_of("Raw profile type " + type + "\0\n"s + type + "\n    " +
                           std::to_string(profile.size()) + "\n" + hex(profile) + "\n")};
}

TEST_CASE("raw profiles in texts go to their places") {
  const std::string tiff = "II*\0\x08\0\0\0\0\0"s, iim = "\x1C\x02\x5A\0\x06Munich"s;
  const std::string resource = "8BIM\x04\x04\0\0\0\0\0\x0B"s + iim + "\0"s;
  std::string profile(200, 'p');
  profile.replace(0, 4, "\0\0\0\xC8"s);
  profile.replace(36, 4, "acsp");
  const std::string xmp_head = "http://ns.adobe.com/xap/1.0/\0"s;
  const struct {
    std::string type, content;
    Bytes Metadata::*place;
    std::string kept;
  } rows[] = {
      {"exif", "Exif\0\0"s + tiff, &Metadata::exif, tiff},
      {"exif", tiff, &Metadata::exif, tiff},
      {"APP1", "Exif\0\0"s + tiff, &Metadata::exif, tiff},
      {"APP1", xmp_head + "<x/>", &Metadata::xmp, "<x/>"},
      {"xmp", "<x/>", &Metadata::xmp, "<x/>"},
      {"icc", profile, &Metadata::icc, profile},
      {"icm", profile, &Metadata::icc, profile},
      {"iptc", iim, &Metadata::iptc, resource},
      {"iptc", resource, &Metadata::iptc, resource},
      {"8bim", resource, &Metadata::iptc, resource},
      {"8bim", "Photoshop 3.0\0"s + resource, &Metadata::iptc, resource},
  };
  for (const auto& row : rows) {
    CAPTURE(row.type);
    const Metadata metadata = read_with({raw(row.type, row.content)}).metadata;
    CHECK(text_of(metadata.*row.place) == row.kept);
    CHECK(metadata.text.empty());
  }
}

TEST_CASE("raw profiles that are not what they say, or have no place, stay texts") {
  const std::string tiff = "II*\0\x08\0\0\0\0\0"s;
  const std::pair<std::string, Bytes> rows[] = {
      raw("exif", "no TIFF block"),
      raw("icc", std::string(200, 'p')),
      raw("iptc", "words"),
      raw("xmp", "words"),
      raw("other", tiff),
      {"tEXt", bytes_of("Raw profile type exif\0\nexif\n 11\n"s + hex(tiff))},
      {"tEXt", bytes_of("Raw profile type exif\0\nexif\n 10\n"s + hex(tiff) + "x")},
      {"tEXt", bytes_of("Raw profile type exif\0exif\n 10\n"s + hex(tiff))},
      {"tEXt", bytes_of("Raw profile type exif\0\nexif"s)},
      {"tEXt", bytes_of("Raw profile type exif\0\nexif\n10"s)},
      {"tEXt", bytes_of("Raw profile type exif\0"s)},
  };
  for (const auto& row : rows) {
    const Metadata metadata = read_with({row}).metadata;
    CHECK(metadata.text.size() == 1);
    CHECK((metadata.exif.empty() && metadata.icc.empty() && metadata.xmp.empty() &&
           metadata.iptc.empty()));
  }
  const Metadata both =
      read_with({raw("exif", tiff)}, {{"eXIf", bytes_of("MM\0*\0\0\0\x08"s)}}).metadata;
  CHECK(both.exif.size() == 8);
  CHECK(both.text.size() == 1);
}

}  // namespace
}  // namespace vaecomp
