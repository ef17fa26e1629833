// PPM and PGM: headers in all their freedom, and their damage.
#include "tools/image_io/pnm.h"

#include <doctest/doctest.h>

#include <string>

namespace vaecomp {
namespace {

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Error read_bad(const std::string& text, const Limits& limits = {}) {
  const Result<Image> image = read_pnm(bytes_of(text), limits);
  REQUIRE_FALSE(image.has_value());
  return image.error();
}

TEST_CASE("P6 and P5 are read") {
  const Result<Image> rgb = read_pnm(bytes_of("P6\n2 1\n255\nabcdef"), {});
  REQUIRE(rgb.has_value());
  CHECK(rgb->width == 2);
  CHECK(rgb->height == 1);
  CHECK(rgb->channels == 3);
  CHECK(rgb->samples == bytes_of("abcdef"));
  const Result<Image> grey = read_pnm(bytes_of("P5 3\t1 255\nxyz"), {});
  REQUIRE(grey.has_value());
  CHECK(grey->channels == 1);
  CHECK(grey->samples == bytes_of("xyz"));
}

TEST_CASE("comments and white space may stand between the numbers") {
  const Result<Image> image = read_pnm(bytes_of("P5 # 9 9\n# x\n  1 #y\n\n 2\r\n255\n\nz"), {});
  REQUIRE(image.has_value());
  CHECK(image->height == 2);
  CHECK(image->samples == bytes_of("\nz"));  // one separator only: the samples begin right after it
}

TEST_CASE("damage and other members of the family are refused") {
  CHECK(read_bad("P6").code == ErrorCode::kTruncated);
  CHECK(read_bad("P6\n2").code == ErrorCode::kTruncated);
  CHECK(read_bad("P6\n2 1\n255").code == ErrorCode::kTruncated);
  CHECK(read_bad("P6\nx 1\n255\n").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P6\n-2 1\n255\n").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P6\n0 1\n255\n").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P6\n99999999999999999999999 1\n255\n").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P6\n2 1\n255#abcdef").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P6\n2 1\n65535\nabcdef").code == ErrorCode::kUnsupportedFeature);
  CHECK(read_bad("P3\n1 1\n255\n1 2 3").code == ErrorCode::kUnsupportedFeature);
  CHECK(read_bad("P6\n4000000000 1\n255\n").code == ErrorCode::kLimit);
  CHECK(read_bad("P6\n1000000 1000000\n255\n").code == ErrorCode::kLimit);
  CHECK(read_bad("P5\n10 10\n255\n", {.max_pixels = 99}).code == ErrorCode::kLimit);
}

TEST_CASE("missing samples are counted") {
  const Error error = read_bad("P6\n2 1\n255\nabcde");
  CHECK(error.code == ErrorCode::kTruncated);
  CHECK(error.offset == 16);
  CHECK(error.text.find("5 of 6") != std::string::npos);
}

TEST_CASE("what is written is read back") {
  for (const int channels : {1, 3}) {
    const Image image{.samples = Bytes(static_cast<std::size_t>(6 * channels), '#'),
                      .width = 3,
                      .height = 2,
                      .channels = channels};
    const Result<Image> back = read_pnm(write_pnm(image.view()), {});
    REQUIRE(back.has_value());
    CHECK(back->samples == image.samples);
    CHECK(back->width == 3);
    CHECK(back->channels == channels);
  }
}

}  // namespace
}  // namespace vaecomp
