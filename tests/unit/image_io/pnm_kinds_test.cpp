// Plain and bitmap Netpbm, PFM, files of several pictures, and the policy of damage.h for them.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "tools/image_io/pnm.h"
#include "unit/image_io/read_outcome.h"

namespace vaecomp {
namespace {

using namespace std::string_literals;
using test::Outcome;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Image read_ok(const std::string& file) {
  Result<Image> image = read_pnm(bytes_of(file), {});
  if (!image) FAIL(image.error().message());
  return *std::move(image);
}

TEST_CASE("plain PBM, PGM and PPM") {
  for (const std::string& file :
       {"P1\n3 2\n1 0 1\n0 1 0\n"s, "P1 3 2 101010"s, "P1\n# c\n3 2\n10#x\n1 01 0"s}) {
    const Image bits = read_ok(file);
    CHECK(bits.channels == 1);
    CHECK(bits.samples == Bytes{0, 255, 0, 255, 0, 255});
  }
  CHECK(read_ok("P2\n3 1\n15\n0 7\n15").samples == Bytes{0, 119, 255});
  CHECK(read_ok("P2 2 1 65535 1 65535\n").samples16 == std::vector<std::uint16_t>{1, 65535});
  const Image rgb = read_ok("P3\n# made by hand\n2 1\n255\n 1 2 3\n250 251 # last\n 252\n");
  CHECK(rgb.channels == 3);
  CHECK(rgb.samples == Bytes{1, 2, 3, 250, 251, 252});
}

TEST_CASE("bitmaps: rows begin with a byte, 1 is black") {
  const Image bits = read_ok("P4\n10 2\n\xA0\x40\x0F\x80"s);
  CHECK(bits.samples ==
        Bytes{0, 255, 0, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 255});
}

std::string floats(std::initializer_list<float> values, bool little) {
  std::string out;
  for (const float value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int i = 0; i < 4; ++i) out += static_cast<char>(bits >> 8 * (little ? i : 3 - i));
  }
  return out;
}

TEST_CASE("PFM: both byte orders, from the bottom up") {
  for (const bool little : {false, true}) {
    const std::string scale = little ? "-1.0" : "1.0";
    const Image grey =
        read_pfm(bytes_of("Pf\n2 2\n" + scale + "\n" + floats({0.f, 0.25f, 0.5f, 1.f}, little)), {})
            .value();
    CHECK(grey.channels == 1);
    CHECK(grey.samples16 == std::vector<std::uint16_t>{32768, 65535, 0, 16384});
    const Image rgb =
        read_pfm(bytes_of("PF 1 1 " + scale + " " + floats({1.f, 0.f, 0.5f}, little)), {}).value();
    CHECK(rgb.channels == 3);
    CHECK(rgb.samples16 == std::vector<std::uint16_t>{65535, 0, 32768});
  }
}

TEST_CASE("PFM: what cannot be kept is clipped with a warning") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float value : {-0.1f, 1.5f, kInfinity, -kInfinity, std::nanf("")}) {
    Remarks remarks;
    const Image image =
        read_pfm(bytes_of("Pf\n2 1\n-1\n" + floats({0.5f, value}, true)), {}, &remarks).value();
    CHECK(image.samples16[1] == (value > 1 ? 65535 : 0));
    REQUIRE(remarks.size() == 1);
    CHECK(remarks[0] == Remark{RemarkKind::kColour, "values beyond 0 to 1 were clipped", 14});
  }
}

TEST_CASE("the policy on damage, strictly and tolerantly") {
  const std::string pfm = "Pf\n2 2\n-1\n";
  const struct {
    std::string file;
    Outcome strictly, tolerantly;
    std::string text;
    std::uint64_t offset;
  } rows[] = {
      {"P5 2 1 255\nab", Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"P5 2 1 255\nab\n \n", Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"P5 2 1 255\nab\0\0\0"s, Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {"P5 2 1 255\nabcd", Outcome::kWarned, Outcome::kWarned,
       "2 bytes after the samples are left out", 13},
      {"P5 2 1 255\nabP5 junk", Outcome::kWarned, Outcome::kWarned,
       "7 bytes after the samples are left out", 13},
      {"P2 2 1 255\n1 2 junk", Outcome::kWarned, Outcome::kWarned,
       "4 bytes after the samples are left out", 15},
      {"P5 2 1 255\nabP5 2 1 255\ncd", Outcome::kMore, Outcome::kMore,
       "a file of 2 pictures: only the first is kept", 13},
      {"P5 2 1 255\nab\nP6 1 1 255\ncdeP4 1 1 xP2 1 1 9 7 P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL "
       "9\nENDHDR\n\1",
       Outcome::kMore, Outcome::kMore, "a file of 5 pictures: only the first is kept", 14},
      {"P5 2 1 255\na", Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends inside the samples: 1 of 2 bytes", 12},
      {"P5 2 1 255\n", Outcome::kTruncated, Outcome::kTruncated,
       "the file ends inside the samples: 0 of 2 bytes", 11},
      {"P4 9 2\n\1\1\1", Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends inside the samples: 3 of 4 bytes", 10},
      {"P2 2 2 255\n1 2 3 ", Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends inside the samples: ", 17},
      {"P2 2 2 255\n1 2 3           ", Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends inside the samples: 3 of 4 samples", 27},
      {"P2 2 2 255\n1 2 x 4", Outcome::kRefused, Outcome::kMadeUp, "something that is no sample",
       15},
      {"P2 2 2 255\n1 -2 3 4", Outcome::kRefused, Outcome::kMadeUp, "something that is no sample",
       13},
      {"P1 2 2\n1 2 1 1", Outcome::kRefused, Outcome::kMadeUp, "something that is no sample", 9},
      {"P5 1 1 100\nz", Outcome::kRefused, Outcome::kMadeUp,
       "a sample is 122, above the file's maxval of 100", 11},
      {"P2 1 1 100\n101", Outcome::kRefused, Outcome::kMadeUp,
       "a sample is 101, above the file's maxval of 100", 11},
      {"P2 2 1 100\n99999999999 5", Outcome::kRefused, Outcome::kMadeUp,
       "a sample is 4294967295, above the file's maxval of 100", 11},
      {"P2 1 1 0\n1", Outcome::kRefused, Outcome::kRefused, "maxval is 0", kNoOffset},
      {"P3 1 1", Outcome::kTruncated, Outcome::kTruncated, "the file ends inside the header", 6},
      {"P1 1000000 200\n1", Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends inside the samples: ", 16},
      {pfm + std::string(16, '\0'), Outcome::kTaken, Outcome::kTaken, "", kNoOffset},
      {pfm + std::string(16, '\0') + "junk", Outcome::kWarned, Outcome::kWarned,
       "4 bytes after the samples are left out", 26},
      {pfm + std::string(15, '\0'), Outcome::kTruncated, Outcome::kMadeUp,
       "the file ends inside the samples: 15 of 16 bytes", 25},
      {pfm, Outcome::kTruncated, Outcome::kTruncated,
       "the file ends inside the samples: 0 of 16 bytes", 10},
      {"Pf\n2 2\n0\nx", Outcome::kRefused, Outcome::kRefused, "the header's scale is no number", 6},
      {"Pf\n2 2\nnan\nx", Outcome::kRefused, Outcome::kRefused, "the header's scale is no number",
       6},
      {"Pf\n2 2\n1x\nx", Outcome::kRefused, Outcome::kRefused, "the header's scale is no number",
       6},
      {"Pf\n2", Outcome::kTruncated, Outcome::kTruncated, "the file ends inside the header", 4},
  };
  for (const auto& row : rows) {
    CAPTURE(row.file);
    for (const bool tolerant : {false, true}) {
      CAPTURE(tolerant);
      const auto reader = row.file[1] == 'f' ? read_pfm : read_pnm;
      const test::ReadOutcome found = test::outcome_of(reader, bytes_of(row.file), tolerant);
      CHECK(found.outcome == (tolerant ? row.tolerantly : row.strictly));
      CAPTURE(found.text);
      CHECK(found.text.starts_with(row.text));
      if (row.offset != kNoOffset) CHECK(found.offset == row.offset);
    }
  }
}

TEST_CASE("what is missing is grey and opaque") {
  const ReadOptions tolerant{.limits = {}, .tolerant = true};
  CHECK(read_pnm(bytes_of("P5 2 2 255\nab"), tolerant).value().samples ==
        Bytes{'a', 'b', 128, 128});
  CHECK(read_pnm(bytes_of("P2 2 2 9 9 0"), tolerant).value().samples == Bytes{255, 0, 142, 142});
  CHECK(read_pnm(bytes_of("P1 2 2 11"), tolerant).value().samples == Bytes{0, 0, 128, 128});
  CHECK(read_pnm(bytes_of("P4 8 2 \xFF"), tolerant).value().samples ==
        Bytes{0, 0, 0, 0, 0, 0, 0, 0, 128, 128, 128, 128, 128, 128, 128, 128});
  const Image alpha =
      read_pnm(bytes_of("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nENDHDR\na\1b"), tolerant)
          .value();
  CHECK(alpha.samples == Bytes{'a', 128});
  CHECK(alpha.alpha == std::vector<std::uint16_t>{1, 255});
  CHECK(read_pfm(bytes_of("Pf\n1 2\n-1\n" + floats({1.f}, true)), tolerant).value().samples16 ==
        std::vector<std::uint16_t>{32768, 65535});
}

}  // namespace
}  // namespace vaecomp
