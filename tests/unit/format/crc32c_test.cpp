// CRC-32C against its published check value and against the definition, bit by bit.
#include "format/crc32c.h"

#include <doctest/doctest.h>

#include <random>

namespace vaecomp {
namespace {

std::uint32_t crc32c_by_definition(ByteSpan bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const std::uint32_t carry = (crc ^ byte >> bit) & 1;
      crc = crc >> 1 ^ (carry ? 0x82F63B78 : 0);
    }
  }
  return ~crc;
}

TEST_CASE("CRC-32C check value") {
  const Bytes digits = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  CHECK(crc32c(digits) == 0xE3069283);
  CHECK(crc32c({}) == 0);
}

TEST_CASE("CRC-32C equals its definition at every length and alignment") {
  std::mt19937 random(3);
  Bytes bytes(100);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  for (std::size_t start = 0; start < 8; ++start) {
    for (std::size_t size = 0; size + start <= bytes.size(); ++size) {
      const ByteSpan part = ByteSpan(bytes).subspan(start, size);
      REQUIRE(crc32c(part) == crc32c_by_definition(part));
    }
  }
}

TEST_CASE("CRC-32C goes on from what came before") {
  const Bytes bytes = {5, 4, 3, 2, 1, 0, 255, 254, 253, 252, 251};
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::uint32_t first = crc32c(ByteSpan(bytes).first(cut));
    CHECK(crc32c(ByteSpan(bytes).subspan(cut), first) == crc32c(bytes));
  }
}

}  // namespace
}  // namespace vaecomp
