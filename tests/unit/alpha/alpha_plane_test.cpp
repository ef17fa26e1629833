// The alpha plane: what goes in comes out; damage is reported.
#include "codec/alpha/alpha_plane.h"

#include <doctest/doctest.h>

#include <array>

#include "codec/alpha/row_filter.h"
#include "format/zstd_chunk.h"
#include "support/alpha.h"
#include "support/pictures.h"
#include "unit/format/vector_file.h"

namespace vaecomp {
namespace {

using Plane = std::vector<std::uint16_t>;

Section section_of(const Bytes& payload) { return {kTagAlpha, 100, payload}; }

Plane noise(int width, int height, int sample_bytes, std::uint32_t seed) {
  test::Random random(seed);
  Plane plane(static_cast<std::size_t>(width) * height);
  for (std::uint16_t& value : plane) {
    const int kind = random.below(3);
    value =
        static_cast<std::uint16_t>(kind == 0 ? 0 : random.below(sample_bytes == 1 ? 256 : 65536));
  }
  return plane;
}

TEST_CASE("planes of all small sizes come back") {
  for (const int bytes : {1, 2}) {
    for (int width = 1; width < 9; ++width) {
      for (int height = 1; height < 9; ++height) {
        const Plane plane = noise(width, height, bytes, width * 31 + height);
        const Result<Bytes> payload = encode_alpha(plane, width, height, bytes);
        REQUIRE(payload);
        const Result<Plane> back = test::whole_alpha(section_of(*payload), width, height, bytes);
        REQUIRE(back);
        CHECK(*back == plane);
      }
    }
  }
}

TEST_CASE("a ramp and a mask of a megapixel come back in few bytes") {
  const int side = 1024;
  Plane ramp(side * side), mask(side * side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      ramp[y * side + x] = static_cast<std::uint16_t>((x + y) / 8);
      mask[y * side + x] = (x - 500) * (x - 500) + (y - 400) * (y - 400) < 90000 ? 255 : 0;
    }
  }
  for (const Plane* plane : {&ramp, &mask}) {
    const Result<Bytes> payload = encode_alpha(*plane, side, side, 1);
    REQUIRE(payload);
    CHECK(payload->size() < 8000);
    CHECK(test::whole_alpha(section_of(*payload), side, side, 1).value() == *plane);
  }
}

TEST_CASE("VC-34: every filter is undone, at both distances") {
  test::Random random(5);
  Bytes row(64), above(64), residual(64);
  for (std::uint8_t f = 0; f < kRowFilters; ++f) {
    for (const int distance : {1, 2}) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = static_cast<std::uint8_t>(random.below(256));
        above[i] = static_cast<std::uint8_t>(random.below(256));
      }
      filter_row(static_cast<RowFilter>(f), row, above, distance, residual);
      unfilter_row(static_cast<RowFilter>(f), residual, above, distance);
      CHECK(residual == row);
    }
  }
}

TEST_CASE("the vector's plane is what its comment says") {
  for (const auto& vector : test::read_vector_files("stream")) {
    if (vector.name.find("ok_alpha") == std::string::npos) continue;
    const Result<Container> container = read_container(vector.bytes);
    REQUIRE(container);
    const Result<Plane> plane = test::whole_alpha(*container->find(kTagAlpha), 2, 5, 1);
    REQUIRE(plane);
    CHECK(*plane == Plane{0x00, 0xFF, 0x80, 0xFF, 0x00, 0xFF, 0xA0, 0xDF, 0xA0, 0xE0});
    return;
  }
  FAIL("no such vector");
}

TEST_CASE("VC-33: a size that the frame does not give is an error, before much memory is taken") {
  const Plane plane(12, 255);
  const Result<Bytes> payload = encode_alpha(plane, 4, 3, 1);
  REQUIRE(payload);
  const std::array<std::array<int, 3>, 3> others{{{4, 4, 1}, {4, 3, 2}, {1 << 20, 1 << 20, 2}}};
  for (const auto& [width, height, bytes] : others) {
    const Result<Plane> wrong = test::whole_alpha(section_of(*payload), width, height, bytes);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == ErrorCode::kCorrupt);
    CHECK(wrong.error().rule == "VC-33");
    CHECK(wrong.error().offset == 100);
  }
}

TEST_CASE("damaged payloads never crash") {
  const Plane plane = noise(20, 20, 1, 3);
  const Bytes payload = encode_alpha(plane, 20, 20, 1).value();
  test::Random random(9);
  for (int round = 0; round < 2000; ++round) {
    Bytes damaged = payload;
    damaged[random.below(static_cast<int>(damaged.size()))] ^=
        static_cast<std::uint8_t>(1 + random.below(255));
    const ByteSpan cut = ByteSpan(damaged).first(payload.size() - random.below(3));
    const Result<Plane> back = test::whole_alpha({kTagAlpha, 100, cut}, 20, 20, 1);
    if (back) CHECK(back->size() == plane.size());
  }
}

}  // namespace
}  // namespace vaecomp
