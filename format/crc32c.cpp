// CRC-32C eight bytes at a time ("slicing by 8", Kounavis and Berry, 2005).
#include "format/crc32c.h"

#include <array>
#include <cstddef>

namespace vaecomp {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78;  // 0x1EDC6F41, lowest bit first
constexpr std::size_t kSlices = 8;

using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

// tables[k][b] is what byte b leaves in the register after k more zero bytes.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kReflectedPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < kSlices; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t shorter = tables[k - 1][byte];
      tables[k][byte] = shorter >> 8 ^ tables[0][shorter & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32c(ByteSpan bytes, std::uint32_t before) {
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  std::uint32_t crc = ~before;
  for (; left >= kSlices; p += kSlices, left -= kSlices) {
    const std::uint32_t low = load_le<std::uint32_t>(p) ^ crc;
    const std::uint32_t high = load_le<std::uint32_t>(p + 4);
    // The first byte is followed by seven more, so it takes table 7, and so on.
    crc = kTables[7][low & 0xFF] ^ kTables[6][low >> 8 & 0xFF] ^ kTables[5][low >> 16 & 0xFF] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xFF] ^ kTables[2][high >> 8 & 0xFF] ^
          kTables[1][high >> 16 & 0xFF] ^ kTables[0][high >> 24];
  }
  for (; left > 0; ++p, --left) crc = crc >> 8 ^ kTables[0][(crc ^ *p) & 0xFF];
  return ~crc;
}

}  // namespace vaecomp
