// Big-endian integers, as picture files have them.
#pragma once

#include <cstdint>

#include "format/bytes.h"

namespace vaecomp {

// Preconditions: `at` + 2, 4 bytes are there.
constexpr std::uint32_t load_be16(ByteSpan from, std::size_t at) {
  return std::uint32_t{from[at]} << 8 | from[at + 1];
}
constexpr std::uint32_t load_be32(ByteSpan from, std::size_t at) {
  return load_be16(from, at) << 16 | load_be16(from, at + 2);
}

inline void append_be32(Bytes& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    to.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace vaecomp
