// Byte buffers and little-endian loads and stores that do not depend on the machine's byte order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vaecomp {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

// Reads an unsigned integer of sizeof(T) bytes, lowest byte first. Compilers turn the loop into one
// load where the machine allows it.
template <typename T>
constexpr T load_le(const std::uint8_t* from) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(static_cast<T>(from[i]) << (8 * i)));
  }
  return value;
}

// Appends an unsigned integer of sizeof(T) bytes, lowest byte first.
template <typename T>
void append_le(Bytes& to, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

}  // namespace vaecomp
