// CRC-32C with the processor's instruction where there is one, else eight bytes at a time by
// tables.
#include "format/crc32c.h"

#include <array>
#include <cstddef>

// The instruction came with SSE4.2, which x86-64 does not promise, and with ARMv8.1.
#if defined(__GNUC__) && defined(__x86_64__) && !defined(VAECOMP_GENERIC_KERNELS)
#include <nmmintrin.h>
#define VAECOMP_CRC32C_SSE42 1
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

namespace vaecomp {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78;  // 0x1EDC6F41, lowest bit first
constexpr std::size_t kWord = 8;                            // bytes a step

using Tables = std::array<std::array<std::uint32_t, 256>, kWord>;

// tables[k][b] is what byte b leaves in the register after k more zero bytes.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kReflectedPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < kWord; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t shorter = tables[k - 1][byte];
      tables[k][byte] = shorter >> 8 ^ tables[0][shorter & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

// Each function takes the register through `words` times eight bytes.

// "Slicing by 8", Kounavis and Berry, 2005.
std::uint32_t by_tables(std::uint32_t crc, const std::uint8_t* p, std::size_t words) {
  for (; words > 0; --words, p += kWord) {
    const std::uint32_t low = load_le<std::uint32_t>(p) ^ crc;
    const std::uint32_t high = load_le<std::uint32_t>(p + 4);
    // The first byte is followed by seven more, so it takes table 7, and so on.
    crc = kTables[7][low & 0xFF] ^ kTables[6][low >> 8 & 0xFF] ^ kTables[5][low >> 16 & 0xFF] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xFF] ^ kTables[2][high >> 8 & 0xFF] ^
          kTables[1][high >> 16 & 0xFF] ^ kTables[0][high >> 24];
  }
  return crc;
}

#if defined(VAECOMP_CRC32C_SSE42)
__attribute__((target("sse4.2"))) std::uint32_t by_sse42(std::uint32_t crc, const std::uint8_t* p,
                                                         std::size_t words) {
  std::uint64_t wide = crc;
  for (; words > 0; --words, p += kWord) wide = _mm_crc32_u64(wide, load_le<std::uint64_t>(p));
  return static_cast<std::uint32_t>(wide);
}
#endif

std::uint32_t through_words(std::uint32_t crc, const std::uint8_t* p, std::size_t words) {
#if defined(VAECOMP_CRC32C_SSE42)
  if (__builtin_cpu_supports("sse4.2")) return by_sse42(crc, p, words);
#elif defined(__ARM_FEATURE_CRC32)
  for (; words > 0; --words, p += kWord) crc = __crc32cd(crc, load_le<std::uint64_t>(p));
#endif
  return by_tables(crc, p, words);
}

}  // namespace

std::uint32_t crc32c(ByteSpan bytes, std::uint32_t before) {
  const std::size_t words = bytes.size() / kWord;
  std::uint32_t crc = through_words(~before, bytes.data(), words);
  for (const std::uint8_t byte : bytes.subspan(words * kWord)) {
    crc = crc >> 8 ^ kTables[0][(crc ^ byte) & 0xFF];
  }
  return ~crc;
}

}  // namespace vaecomp
