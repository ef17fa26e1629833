// The policy of damage.h for PNG: each kind of damage, refused or taken, and what is then shown.
#include <doctest/doctest.h>

#include <string>

#include "tools/image_io/png.h"
#include "unit/image_io/make_png.h"
#include "unit/image_io/read_outcome.h"

namespace vaecomp {
namespace {

using test::make_png;
using test::Outcome;
using test::outcome_of;
using test::PngRecipe;

constexpr int kWidth = 7, kHeight = 5;

PngRecipe recipe(bool interlaced = false) {
  PngRecipe made{.width = kWidth, .height = kHeight, .interlaced = interlaced};
  for (int i = 0; i < kWidth * kHeight * 3; ++i)
    made.values.push_back(static_cast<std::uint16_t>(i * 37 % 251));
  return made;
}

Bytes flipped(Bytes file, std::size_t at) {
  file[at] ^= 1;
  return file;
}

Bytes cut(const Bytes& file, std::size_t size) {
  return {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)};
}

// The last byte of a chunk's CRC.
std::size_t crc_of(const Bytes& file, const std::string& type) {
  const std::size_t at = test::chunk_at(file, type);
  const std::size_t length =
      std::size_t{file[at]} << 24 | file[at + 1] << 16 | file[at + 2] << 8 | file[at + 3];
  return at + 11 + length;
}

Bytes without(Bytes file, const std::string& type) {
  const auto from = file.begin() + static_cast<std::ptrdiff_t>(test::chunk_at(file, type));
  file.erase(from, file.begin() + static_cast<std::ptrdiff_t>(crc_of(file, type)) + 1);
  return file;
}

TEST_CASE("each kind of damage, strictly and tolerantly") {
  const Bytes sound = make_png(recipe());
  const Bytes text = test::with_chunks(sound, {{"tEXt", {'a', 0, 'b'}}});
  const Bytes late_text = test::with_chunks(sound, {}, {{"tEXt", {'a', 0, 'b'}}});
  PngRecipe few{.width = 2, .height = 1, .depth = 1, .colour = test::kPalette, .values = {0, 1}};
  few.palette = {1, 2, 3, 4, 5, 6};
  few.transparency = {9};
  const Bytes palette = make_png(few);
  const std::size_t idat = test::chunk_at(sound, "IDAT"), end = test::chunk_at(sound, "IEND");
  Bytes bad_adler = sound;  // and a CRC that fits
  bad_adler.resize(idat);
  {
    Bytes content(sound.begin() + static_cast<std::ptrdiff_t>(idat) + 8,
                  sound.begin() + static_cast<std::ptrdiff_t>(end) - 4);
    content.back() ^= 1;
    test::put_chunk(bad_adler, "IDAT", content);
    test::put_chunk(bad_adler, "IEND", {});
  }
  Bytes torn = cut(sound, idat);  // the samples in two IDAT chunks with a text between
  test::put_chunk(torn, "IDAT", Bytes(sound.begin() + idat + 8, sound.begin() + idat + 50));
  test::put_chunk(torn, "tEXt", {'a', 0, 'b'});
  test::put_chunk(torn, "IDAT", Bytes(sound.begin() + idat + 50, sound.begin() + end - 4));
  test::put_chunk(torn, "IEND", {});
  Bytes padded = sound, followed = sound, rubbish = cut(sound, end);
  padded.resize(sound.size() + 1000);
  followed.push_back('x');
  rubbish.insert(rubbish.end(), 40, 0xEE);

  const struct {
    const char* what;
    Bytes file;
    Outcome strictly, tolerantly;
    std::string text;
    std::uint64_t offset;
  } rows[] = {
      {"nothing", sound, Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"zeros after the end", padded, Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"bytes after the end", followed, Outcome::kNoted, Outcome::kNoted,
       "left out: 1 bytes after the picture", sound.size()},
      {"a text's CRC", flipped(text, crc_of(text, "tEXt")), Outcome::kWarned, Outcome::kWarned,
       "a damaged tEXt chunk is left out: its CRC is wrong", 33},
      {"a text's content", flipped(text, 33 + 9), Outcome::kWarned, Outcome::kWarned,
       "a damaged tEXt chunk is left out: its CRC is wrong", 33},
      {"a cut text at the end", cut(late_text, end + 9), Outcome::kWarned, Outcome::kWarned,
       "a damaged tEXt chunk is left out: the file ends inside it", end},
      {"IEND's CRC", flipped(sound, sound.size() - 1), Outcome::kWarned, Outcome::kWarned,
       "the last chunk (IEND) has a wrong CRC", end},
      {"half of IEND", cut(sound, sound.size() - 2), Outcome::kWarned, Outcome::kWarned,
       "the file ends inside its last chunk (IEND)", end},
      {"no IEND", cut(sound, end), Outcome::kWarned, Outcome::kWarned,
       "the file ends early, after the pixel data", end},
      {"no CRC of IDAT", cut(sound, end - 4), Outcome::kWarned, Outcome::kWarned,
       "the file ends early, after the pixel data", end - 4},
      {"rubbish instead of IEND", rubbish, Outcome::kWarned, Outcome::kWarned,
       "no chunk where one should begin, after the pixel data", end},
      {"the pixels' own checksum", bad_adler, Outcome::kWarned, Outcome::kWarned,
       "the pixel data's checksum is wrong, though those of their chunks are right", end},
      {"IDAT torn apart", torn, Outcome::kWarned, Outcome::kWarned,
       "other chunks stand between IDAT chunks", kNoOffset},
      {"IDAT's CRC", flipped(sound, crc_of(sound, "IDAT")), Outcome::kRefused, Outcome::kMadeUp,
       "broken PNG: an IDAT chunk has a wrong CRC", idat},
      {"a sample", flipped(sound, idat + 60), Outcome::kRefused, Outcome::kMadeUp,
       "broken PNG: an IDAT chunk has a wrong CRC", idat},
      {"half of the samples", cut(sound, idat + 60), Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends early", idat + 60},
      {"PLTE's CRC", flipped(palette, crc_of(palette, "PLTE")), Outcome::kRefused, Outcome::kMadeUp,
       "broken PNG: the PLTE chunk has a wrong CRC", 33},
      {"tRNS's CRC", flipped(palette, crc_of(palette, "tRNS")), Outcome::kRefused, Outcome::kMadeUp,
       "broken PNG: the tRNS chunk has a wrong CRC", 51},
      {"an unknown critical chunk", test::with_chunks(sound, {{"ABCD", {1}}}),
       Outcome::kUnsupported, Outcome::kMadeUp, "the critical chunk ABCD is not known", 33},
      {"no palette", without(palette, "PLTE"), Outcome::kRefused, Outcome::kRefused,
       "broken PNG: ", kNoOffset},
      {"no samples", without(sound, "IDAT"), Outcome::kRefused, Outcome::kRefused,
       "broken PNG: the pixel data end early", kNoOffset},
      {"IHDR's CRC", flipped(sound, 32), Outcome::kRefused, Outcome::kRefused,
       "broken PNG: the header (IHDR) has a wrong CRC", 8},
      {"cut before the samples", cut(sound, 40), Outcome::kTruncated, Outcome::kTruncated,
       "the file ends early", 40},
      {"half a header", cut(sound, 20), Outcome::kTruncated, Outcome::kTruncated,
       "the file ends early", 20},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    for (const bool tolerant : {false, true}) {
      CAPTURE(tolerant);
      const test::ReadOutcome found = outcome_of(read_png, row.file, tolerant);
      CHECK(found.outcome == (tolerant ? row.tolerantly : row.strictly));
      CHECK(found.text.starts_with(row.text));
      if (row.offset != kNoOffset) CHECK(found.offset == row.offset);
    }
  }
}

TEST_CASE("missing rows are grey and opaque, those that are there are right") {
  for (const int colour : {test::kRgb, test::kRgbAlpha}) {
    for (const int depth : {8, 16}) {
      PngRecipe made{.width = kWidth, .height = kHeight, .depth = depth, .colour = colour};
      for (int i = 0; i < kWidth * kHeight * test::samples_per_pixel(colour); ++i)
        made.values.push_back(static_cast<std::uint16_t>(i % 100));
      const Bytes file = make_png(made);
      const Image whole = read_png(file, {}).value();
      const std::size_t row_bytes = kWidth * test::samples_per_pixel(colour) * depth / 8 + 1;
      const std::size_t data = test::chunk_at(file, "IDAT") + 8 + 7;  // behind zlib's heads
      Remarks remarks;
      const Image image =
          read_png(cut(file, data + 2 * row_bytes + 3), {.limits = {}, .tolerant = true}, &remarks)
              .value();
      REQUIRE(remarks.size() == 1);
      CHECK(remarks[0].text == "the file ends early: rows 2 to 4 are grey");
      const int mid = depth == 16 ? 32768 : 128;
      for (int i = 0; i < kWidth * kHeight * 3; ++i) {
        const bool there = i < 2 * kWidth * 3;
        const int sample = depth == 16 ? image.samples16[i] : image.samples[i];
        CHECK(sample == (there ? depth == 16 ? whole.samples16[i] : whole.samples[i] : mid));
      }
      if (colour == test::kRgbAlpha) CHECK(image.alpha.back() == (depth == 16 ? 65535 : 255));
    }
  }
}

TEST_CASE("an interlaced picture that ends early is coarse") {
  const Bytes file = make_png(recipe(true));
  const Image whole = read_png(file, {}).value();
  Remarks remarks;
  const Bytes part = cut(file, test::chunk_at(file, "IDAT") + 8 + 17);  // in the third pass
  const Image image = read_png(part, {.limits = {}, .tolerant = true}, &remarks).value();
  CHECK(remarks.at(0).text.starts_with("the file ends early: it is coarse, from pass 3 of 7 on"));
  for (int c = 0; c < 3; ++c) CHECK(image.samples[c] == whole.samples[c]);
  CHECK(image.samples[3] == whole.samples[0]);  // the first pass fills its block
}

TEST_CASE("cut at every byte: refused as truncated, or whole with a warning") {
  const Bytes file = make_png(recipe());
  const Image whole = read_png(file, {}).value();
  const std::size_t pixels_end = test::chunk_at(file, "IEND") - 8;  // before Adler-32 and CRC
  for (std::size_t size = 8; size < file.size(); ++size) {
    CAPTURE(size);
    Remarks remarks;
    const Result<Image> image = read_png(cut(file, size), {}, &remarks);
    if (size < pixels_end) {
      REQUIRE_FALSE(image.has_value());
      CHECK(image.error().code == ErrorCode::kTruncated);
      CHECK(image.error().offset == size);
    } else {
      REQUIRE(image.has_value());
      CHECK(image->samples == whole.samples);
      CHECK(remarks.size() == 1);
    }
    remarks.clear();
    const Result<Image> tolerated =
        read_png(cut(file, size), {.limits = {}, .tolerant = true}, &remarks);
    if (tolerated) {
      CHECK(tolerated->samples.size() == whole.samples.size());
      CHECK_FALSE(remarks.empty());
    }
  }
}

TEST_CASE("no flipped bit passes without a word") {
  const Bytes file = test::with_chunks(
      make_png({.width = 3, .height = 2, .values = std::vector<std::uint16_t>(18, 7)}),
      {{"gAMA", {0, 0, 0, 1}}});
  for (std::size_t at = 8; at < file.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes changed = file;
      changed[at] ^= static_cast<std::uint8_t>(1 << bit);
      CAPTURE(at);
      for (const bool tolerant : {false, true}) {
        Remarks remarks;
        const Result<Image> image =
            read_png(changed, {.limits = {.max_pixels = 1 << 20}, .tolerant = tolerant}, &remarks);
        CHECK((!image || !remarks.empty()));
      }
    }
  }
}

TEST_CASE("chunks that claim more than there is take no memory") {
  for (const std::string type : {"tEXt", "sPLT", "iCCP", "zTXt", "IDAT"}) {
    Bytes file = make_png(recipe());
    file.resize(33);
    test::put_u32(file, 0x7FFFFFFF);
    file.insert(file.end(), type.begin(), type.end());
    file.push_back(0);
    CHECK(read_png(file, {}).error().code == ErrorCode::kTruncated);
  }
  // 16384 x 16384 pixels of no data.
  Bytes huge =
      make_png({.width = 16384, .height = 1, .values = std::vector<std::uint16_t>(3 * 16384)});
  Bytes header{0, 0, 0x40, 0, 0, 0, 0x40, 0, 8, 2, 0, 0, 0}, file(huge.begin(), huge.begin() + 8);
  test::put_chunk(file, "IHDR", header);
  test::put_chunk(file, "IDAT", test::zlib_stored({0, 0}));
  test::put_chunk(file, "IEND", {});
  CHECK(read_png(file, {}).error().code == ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace vaecomp
