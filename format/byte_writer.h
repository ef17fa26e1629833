// Appends little-endian integers, varints and bytes to a buffer: the reverse of ByteReader.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "format/bytes.h"

namespace vaecomp {

class ByteWriter {
 public:
  void u8(std::uint8_t value) { data_.push_back(value); }
  void u16(std::uint16_t value) { append_le(data_, value); }
  void u32(std::uint32_t value) { append_le(data_, value); }
  void i16(std::int16_t value) { append_le(data_, static_cast<std::uint16_t>(value)); }

  // Unsigned LEB128, as short as can be (VC-01). Precondition: value < 2^35.
  void varint(std::uint64_t value) {
    assert(value < (std::uint64_t{1} << 35));
    for (; value >= 0x80; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
    u8(static_cast<std::uint8_t>(value));
  }

  void bytes(ByteSpan values) { data_.insert(data_.end(), values.begin(), values.end()); }
  void text(std::string_view value) { data_.insert(data_.end(), value.begin(), value.end()); }

  // Everything written so far.
  const Bytes& data() const { return data_; }
  Bytes take() { return std::move(data_); }

 private:
  Bytes data_;
};

}  // namespace vaecomp
