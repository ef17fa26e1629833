// PPM and PGM: headers in all their freedom, and their damage.
#include "tools/image_io/pnm.h"

#include <doctest/doctest.h>

#include <string>

namespace vaecomp {
namespace {

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Error read_bad(const std::string& text, const Limits& limits = {}) {
  const Result<Image> image = read_pnm(bytes_of(text), {.limits = limits});
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
  CHECK(read_bad("P6\n2 1\n65535\nabcdef").code == ErrorCode::kTruncated);
  CHECK(read_bad("P6\n2 1\n65536\nabcdef").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P6\n2 1\n0\nabcdef").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P5\n1 1\n100\nz").code == ErrorCode::kCorrupt);  // z is 122
  CHECK(read_bad("P8\n1 1\n255\n1 2 3").code == ErrorCode::kUnsupportedFeature);
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

TEST_CASE("any maxval is scaled to 8 or 16 bits") {
  CHECK(read_pnm(bytes_of(std::string("P5 3 1 15\n\0\x07\x0F", 13)), {}).value().samples ==
        Bytes{0, 119, 255});
  const Image ten_bits =
      read_pnm(bytes_of(std::string("P5 2 1 1023\n\x03\xFF\x02\x00", 16)), {}).value();
  CHECK(ten_bits.samples.empty());
  CHECK(ten_bits.samples16 == std::vector<std::uint16_t>{65535, 32800});
  CHECK(read_pnm(bytes_of(std::string("P6 1 1 65535\n\0\1\2\3\4\5", 19)), {}).value().samples16 ==
        std::vector<std::uint16_t>{0x0001, 0x0203, 0x0405});
}

TEST_CASE("PAM: lines in any order, tuple types, alpha") {
  const Image rgba = read_pnm(bytes_of("P7\n# made by hand\nHEIGHT 1\nWIDTH 2\nMAXVAL 255\nDEPTH "
                                       "4\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcdefgh"),
                              {})
                         .value();
  CHECK(rgba.samples == bytes_of("abcefg"));
  CHECK(rgba.alpha == std::vector<std::uint16_t>{'d', 'h'});
  const Image grey =
      read_pnm(bytes_of("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\nxy"), {}).value();
  CHECK(grey.channels == 1);
  CHECK(grey.alpha.empty());
  const std::string head = "P7\nWIDTH 2\nHEIGHT 1\n";
  CHECK(read_bad(head + "DEPTH 2\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\nabcd").code ==
        ErrorCode::kUnsupportedFeature);
  CHECK(read_bad(head + "DEPTH 5\nMAXVAL 255\nENDHDR\nabcdefghij").code ==
        ErrorCode::kUnsupportedFeature);
  CHECK(read_bad(head + "DEPTH 4\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\nabcdefgh").code ==
        ErrorCode::kUnsupportedFeature);
  CHECK(read_bad(head + "DEPTH 1\nENDHDR\nab").code == ErrorCode::kCorrupt);
  CHECK(read_bad(head + "FOO 1\nENDHDR\nab").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P7\nDEPTH 1\nMAXVAL 255\nENDHDR\nab").code == ErrorCode::kCorrupt);
  CHECK(read_bad("P7\n" + std::string(500, 'x')).code == ErrorCode::kCorrupt);
  const std::string whole = head + "DEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE\nENDHDR\nab";
  for (std::size_t size = 2; size < whole.size(); ++size)
    CHECK(read_bad(whole.substr(0, size)).code == ErrorCode::kTruncated);
}

TEST_CASE("what is written is read back") {
  for (const int channels : {1, 3}) {
    for (const bool deep : {false, true}) {
      Image image{.samples = {}, .width = 3, .height = 2, .channels = channels};
      for (int i = 0; i < 6 * channels; ++i) {
        if (deep) {
          image.samples16.push_back(static_cast<std::uint16_t>(4000 * i + 1));
        } else {
          image.samples.push_back(static_cast<std::uint8_t>(13 * i));
        }
      }
      CHECK(read_pnm(write_pnm(image.view()), {}).value().samples == image.samples);
      CHECK(read_pnm(write_pnm(image.view()), {}).value().samples16 == image.samples16);
      image.alpha = {0, 1, 2, 3, 4, 250};
      const Image back = read_pnm(write_pam(image.view()), {}).value();
      CHECK(back.width == 3);
      CHECK(back.channels == channels);
      CHECK(back.samples == image.samples);
      CHECK(back.samples16 == image.samples16);
      CHECK(back.alpha == image.alpha);
    }
  }
}

}  // namespace
}  // namespace vaecomp
