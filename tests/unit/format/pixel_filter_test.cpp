// The filter section: what was written is read, and what is too short, too long or too large is
// not.
#include "format/pixel_filter.h"

#include <doctest/doctest.h>

#include <random>

#include "format/bit_cursor.h"

namespace vaecomp {
namespace {

Result<PixelFilter> read(const Bytes& payload) {
  Container container;
  container.sections.push_back({.tag = kTagFilter, .offset = 100, .payload = payload});
  return read_pixel_filter(container);
}

PixelFilter random_filter(std::mt19937& random, int classes, int most) {
  PixelFilter filter{.classes = classes};
  for (int k = 0; k < classes; ++k)
    for (int j = 0; j < 3; ++j)
      for (int t = 0; t < kFilterTaps[j].count && (k + j) % 3 != 1; ++t)
        filter.coefficients[k][j][t] =
            static_cast<std::int16_t>(static_cast<int>(random() % (2 * most + 1)) - most);
  return filter;
}

TEST_CASE("VC-56: filters come back, and take the bits that were foretold") {
  std::mt19937 random(1);
  for (const int classes : {1, 2, 4}) {
    for (const int most : {1, 9, 100, 800}) {
      const PixelFilter filter = random_filter(random, classes, most);
      const Bytes payload = write_pixel_filter(filter);
      const Result<PixelFilter> back = read(payload);
      REQUIRE(back);
      CHECK(*back == filter);
      int bits = 2;
      for (int k = 0; k < classes; ++k)
        for (int j = 0; j < 3; ++j)
          bits += filter_bits(filter.coefficients[k][j], kFilterTaps[j].count);
      CHECK(payload.size() == static_cast<std::size_t>((bits + 7) / 8));
    }
  }
}

TEST_CASE("VC-56: the largest coefficients there may be") {
  PixelFilter filter{.classes = 4};
  filter.coefficients[3][2][17] = -kMaxFilterSum;
  filter.coefficients[0][0][0] = kMaxFilterSum - 1;
  filter.coefficients[0][0][19] = 1;
  CHECK(read(write_pixel_filter(filter)).value() == filter);
  filter.coefficients[0][0][19] = 2;
  CHECK_FALSE(filter.is_bounded());
}

TEST_CASE("VC-56: no prefix of a filter is one, nor anything with more behind it") {
  std::mt19937 random(2);
  const Bytes payload = write_pixel_filter(random_filter(random, 2, 60));
  for (std::size_t size = 0; size < payload.size(); ++size) {
    const Result<PixelFilter> cut = read(Bytes(payload.begin(), payload.begin() + size));
    REQUIRE_FALSE(cut);
    CHECK(cut.error().rule == "VC-56");
    CHECK(cut.error().offset >= 100);
  }
  Bytes longer = payload;
  longer.push_back(0);
  CHECK(read(longer).error().code == ErrorCode::kCorrupt);
}

TEST_CASE("VC-56: random bytes are a filter within the bounds, or an error") {
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    Bytes payload(random() % 40);
    for (std::uint8_t& byte : payload) byte = static_cast<std::uint8_t>(random());
    const Result<PixelFilter> found = read(payload);
    if (found) {
      CHECK(found->is_bounded());
    } else {
      CHECK(found.error().rule == "VC-56");
    }
  }
}

TEST_CASE("bits: the highest first, and 0 past the end") {
  BitWriter writer;
  writer.put(5, 3);
  writer.put(0x1234, 16);
  const Bytes bytes = writer.take();
  CHECK(bytes == Bytes{0xA2, 0x46, 0x80});
  BitReader reader(bytes);
  CHECK(reader.get(3) == 5);
  CHECK(reader.get(16) == 0x1234);
  CHECK(reader.at_end());
  CHECK(reader.get(6) == 0);
  CHECK_FALSE(reader.ok());
}

}  // namespace
}  // namespace vaecomp
