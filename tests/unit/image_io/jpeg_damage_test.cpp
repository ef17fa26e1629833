// The policy of damage.h for JPEG: each kind of damage, refused or taken, and what is then shown.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/pictures.h"
#include "tools/image_io/jpeg.h"
#include "tools/image_io/jpeg_walk.h"
#include "unit/image_io/jpeg_samples.h"
#include "unit/image_io/read_outcome.h"

namespace vaecomp {
namespace {

using test::Outcome;
using test::outcome_of;

Bytes cut(const Bytes& file, std::size_t size) {
  return {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)};
}

Bytes inserted(Bytes file, std::size_t at, const Bytes& bytes) {
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin(), bytes.end());
  return file;
}

Bytes with(Bytes file, std::size_t at, std::uint8_t byte) {
  file[at] = byte;
  return file;
}

// Where the coded data of the first scan begin.
std::size_t scan_of(const Bytes& file) {
  JpegWalk walk(file);
  while (const auto segment = walk.next())
    if (segment->marker == jpeg_marker::kSos) return segment->scan.data() - file.data();
  FAIL("no scan");
  return 0;
}

// Where the n-th marker of a kind is.
std::size_t marker_at(const Bytes& file, std::uint8_t marker, int n = 0) {
  const std::uint8_t bytes[] = {0xFF, marker};
  auto found = file.begin();
  for (int i = 0; i <= n; ++i)
    found = std::search(found + (i > 0 ? 1 : 0), file.end(), bytes, bytes + 2);
  REQUIRE(found != file.end());
  return static_cast<std::size_t>(found - file.begin());
}

TEST_CASE("each kind of damage, strictly and tolerantly") {
  const Bytes sound = write_jpeg(test::picture(160, 120, 3).view()).value();
  const Bytes progressive = test::from_hex(test::kProgressiveJpeg);
  const Bytes restarts = test::from_hex(test::kRestartJpeg);
  const std::size_t end = sound.size() - 2, scan = scan_of(sound), size = sound.size();
  const std::size_t middle = scan + (end - scan) / 2;
  REQUIRE(end - scan > 1000);
  const std::size_t last_scan = marker_at(progressive, 0xDA, 9);
  Bytes unused = sound;  // the scan's data with some of them left out
  unused.erase(unused.begin() + static_cast<std::ptrdiff_t>(middle),
               unused.begin() + static_cast<std::ptrdiff_t>(middle) + 30);
  Bytes padded = sound;
  padded.resize(size + 1000);
  const std::size_t rst1 = marker_at(restarts, 0xD1), rst2 = marker_at(restarts, 0xD2);
  Bytes swapped = restarts;
  std::swap(swapped[rst1 + 1], swapped[rst2 + 1]);

  const struct {
    const char* what;
    Bytes file;
    Outcome strictly, tolerantly;
    std::string text;
    std::uint64_t offset;
  } rows[] = {
      {"nothing", sound, Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"nothing, progressive", progressive, Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"nothing, with restarts", restarts, Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"nothing, progressive with restarts", test::from_hex(test::kProgressiveRestartJpeg),
       Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"zeros after the end", padded, Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"bytes after the end", inserted(sound, size, {1, 2}), Outcome::kNoted, Outcome::kNoted,
       "left out: 2 bytes after the picture", size},
      {"no EOI", cut(sound, end), Outcome::kWarned, Outcome::kWarned,
       "the file ends without its end marker (EOI)", end},
      {"half of EOI", cut(sound, end + 1), Outcome::kWarned, Outcome::kWarned,
       "the file ends without its end marker (EOI)", end + 1},
      {"no EOI, progressive", cut(progressive, progressive.size() - 2), Outcome::kWarned,
       Outcome::kWarned, "the file ends without its end marker (EOI)", progressive.size() - 2},
      {"fill bytes before EOI", inserted(sound, end, {0xFF, 0xFF, 0xFF}), Outcome::kTaken,
       Outcome::kTaken, "", kNoOffset},
      {"zeros before EOI", inserted(sound, end, Bytes(30)), Outcome::kWarned, Outcome::kWarned,
       "stray bytes at a scan's end", end},
      {"a byte too many before EOI", inserted(sound, end, {0x5A}), Outcome::kWarned,
       Outcome::kWarned, "stray bytes at a scan's end", end},
      {"bytes between segments", inserted(sound, 2, {1, 2, 3}), Outcome::kWarned, Outcome::kWarned,
       "stray bytes before a marker", kNoOffset},
      {"JFIF of the future", with(sound, 11, 9), Outcome::kWarned, Outcome::kWarned,
       "an unknown version of JFIF", kNoOffset},
      {"half of the scan", cut(sound, middle), Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends early", middle},
      {"a last byte missing", cut(sound, end - 1), Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends early", end - 1},
      {"a last scan missing", cut(progressive, last_scan), Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends early: details or colours are missing", last_scan},
      {"bytes of a scan missing", unused, Outcome::kRefused, Outcome::kMadeUp,
       "broken JPEG: the scan is damaged: ", kNoOffset},
      {"bytes too many before EOI", inserted(sound, end, Bytes(9, 0x5A)), Outcome::kRefused,
       Outcome::kMadeUp, "broken JPEG: the scan is damaged: 9 bytes are left over", end},
      {"a marker in the scan", inserted(sound, middle, {0xFF, 0xD9}), Outcome::kRefused,
       Outcome::kMadeUp, "broken JPEG: the scan is damaged: it ends before its last block",
       kNoOffset},
      {"restart markers out of order", swapped, Outcome::kRefused, Outcome::kMadeUp,
       "broken JPEG: the scan is damaged: a restart marker is missing or out of order", kNoOffset},
      {"a restart marker too many", inserted(restarts, restarts.size() - 2, {0xFF, 0xD5}),
       Outcome::kRefused, Outcome::kMadeUp,
       "broken JPEG: the scan is damaged: more restart markers than it needs", kNoOffset},
      {"a code that there is not", with(with(sound, middle, 0xFE), middle + 1, 0xFE),
       Outcome::kRefused, Outcome::kMadeUp, "broken JPEG: the scan is damaged: ", kNoOffset},
      {"nothing of the scan", cut(sound, scan + 1), Outcome::kTruncated, Outcome::kTruncated,
       "the file ends early", scan + 1},
      {"no scan", cut(sound, scan - 14), Outcome::kTruncated, Outcome::kTruncated,
       "the file ends early", scan - 14},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    for (const bool tolerant : {false, true}) {
      CAPTURE(tolerant);
      const test::ReadOutcome found = outcome_of(read_jpeg, row.file, tolerant);
      CHECK(found.outcome == (tolerant ? row.tolerantly : row.strictly));
      if (tolerant || !row.text.ends_with("missing")) {
        CAPTURE(found.text);
        CHECK(found.text.starts_with(row.text));
      }
      if (row.offset != kNoOffset) CHECK(found.offset == row.offset);
    }
  }
}

TEST_CASE("what is missing is grey, what is there is right") {
  const Bytes file = write_jpeg(test::picture(40, 96, 3).view(), {.jpeg_quality = 80}).value();
  const Image whole = read_jpeg(file, {}).value();
  Remarks remarks;
  const Image part =
      read_jpeg(cut(file, file.size() * 2 / 3), {.limits = {}, .tolerant = true}, &remarks).value();
  REQUIRE(remarks.size() == 1);
  const std::string text = remarks[0].text;
  const std::string head = "the file ends early: it is grey from row ";
  REQUIRE(text.starts_with(head));
  const int row = std::stoi(text.substr(head.size()));
  CHECK(text == head + std::to_string(row) + " of 96 on");
  REQUIRE(row > 16);
  const int row_samples = 40 * 3;
  for (int i = 0; i < (row - 1) * row_samples; ++i) CHECK(part.samples[i] == whole.samples[i]);
  for (int i = (row + 18) * row_samples; i < 96 * row_samples; ++i) CHECK(part.samples[i] == 128);
}

TEST_CASE("a scan before a damaged segment is shown") {
  const Bytes file = test::from_hex(test::kProgressiveJpeg);
  // A table between two scans whose length makes no sense.
  const std::size_t table = marker_at(file, 0xC4, 3);
  const Bytes bad = with(with(file, table + 2, 0), table + 3, 5);
  CHECK(read_jpeg(bad, {}).error().code == ErrorCode::kCorrupt);
  Remarks remarks;
  const Result<Image> part = read_jpeg(bad, {.limits = {}, .tolerant = true}, &remarks);
  REQUIRE(part.has_value());
  REQUIRE_FALSE(remarks.empty());
  CHECK(remarks[0].kind == RemarkKind::kMadeUp);
  const Image whole = read_jpeg(file, {}).value();
  double difference = 0;
  for (std::size_t i = 0; i < whole.samples.size(); ++i)
    difference += std::abs(int{whole.samples[i]} - int{part->samples[i]});
  CHECK(difference / static_cast<double>(whole.samples.size()) < 40);
}

TEST_CASE("most damage in a scan is noticed, and tolerated when asked for") {
  for (const Bytes& file :
       {write_jpeg(test::picture(160, 120, 3).view(), {.jpeg_quality = 75}).value(),
        test::from_hex(test::kProgressiveJpeg)}) {
    const Image whole = read_jpeg(file, {}).value();
    const std::size_t scan = scan_of(file), run = file.size() > 2000 ? 40 : 10;
    test::Random random(5);
    int unnoticed = 0;
    for (int round = 0; round < 300; ++round) {
      Bytes damaged = file;
      const std::size_t at = scan + random.below(static_cast<int>(file.size() - scan - run - 2));
      for (std::size_t i = 0; i < run; ++i)
        damaged[at + i] = static_cast<std::uint8_t>(random.below(256));
      Remarks remarks;
      const Result<Image> image = read_jpeg(damaged, {}, &remarks);
      if (image && remarks.empty() && image->samples != whole.samples) ++unnoticed;
      remarks.clear();
      const Result<Image> part = read_jpeg(damaged, {.limits = {}, .tolerant = true}, &remarks);
      if (!image && part) CHECK_FALSE(remarks.empty());
    }
    CHECK(unnoticed < 30);
  }
}

TEST_CASE("a file without Huffman tables means the standard ones") {
  // Written with the standard tables at quality 50 by cjpeg, and those cut out.
  const Bytes with_tables = test::from_hex(test::kStandardJpeg);
  Bytes without = with_tables;
  while (true) {
    const std::uint8_t table[] = {0xFF, 0xC4};
    const auto found = std::search(without.begin(), without.end(), table, table + 2);
    if (found == without.end()) break;
    without.erase(found, found + 2 + (found[2] << 8 | found[3]));
  }
  REQUIRE(without.size() + 400 < with_tables.size());
  CHECK(read_jpeg(without, {}).value().samples == read_jpeg(with_tables, {}).value().samples);
  CHECK(read_jpeg(cut(without, without.size() - 20), {}).error().code == ErrorCode::kTruncated);
  // Much is claimed, nothing is there: refused before memory is taken for samples.
  Bytes huge = without;
  const std::size_t frame = marker_at(huge, 0xC0);
  for (std::size_t i = frame + 5; i < frame + 9; ++i) huge[i] = 0x3F;  // 16191 x 16191
  CHECK(read_jpeg(huge, {}).error().code == ErrorCode::kCorrupt);
}

TEST_CASE("absurd numbers of scans and frames that lie end soon") {
  Bytes many = test::from_hex(test::kProgressiveJpeg);
  const std::size_t first = marker_at(many, 0xDA), second = marker_at(many, 0xC4, 2);
  const Bytes scan(many.begin() + first, many.begin() + second);
  Bytes file = cut(many, second);
  for (int i = 0; i < 600; ++i) file = inserted(file, file.size(), scan);
  file.insert(file.end(), {0xFF, 0xD9});
  CHECK_FALSE(read_jpeg(file, {}).has_value());
  Bytes huge = test::from_hex(test::kProgressiveJpeg);
  const std::size_t frame = marker_at(huge, 0xC2);
  for (std::size_t i = frame + 5; i < frame + 9; ++i) huge[i] = 0x3F;  // 16191 x 16191
  CHECK(read_jpeg(huge, {}).error().code == ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace vaecomp
