// What a symbol costs, in integers: the same on every machine. Exact zone.
#pragma once

#include <bit>
#include <cstdint>

namespace vaecomp {

// -log2(frequency / 65536) in 1/256 bit, rounded to nearest; frequency is 1 .. 65536. Each squaring
// of the mantissa gives one more binary digit of its logarithm; four digits beyond the eight that
// are kept serve the rounding.
constexpr int code_length_q8(std::uint32_t frequency) {
  constexpr int kDigits = 12;
  const int exponent = static_cast<int>(std::bit_width(frequency)) - 1;
  std::uint64_t mantissa = std::uint64_t{frequency} << (31 - exponent);  // 31 fraction bits, 1 .. 2
  auto log2 = static_cast<std::uint32_t>(exponent);
  for (int i = 0; i < kDigits; ++i) {
    mantissa = mantissa * mantissa >> 31;
    const std::uint32_t digit = mantissa >> 32 & 1;
    mantissa >>= digit;
    log2 = log2 << 1 | digit;
  }
  constexpr std::uint32_t kFull = 16u << kDigits;
  return static_cast<int>((kFull - log2 + 8) >> (kDigits - 8));
}

}  // namespace vaecomp
