// Single bits in bytes, the highest bit of each byte first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "format/bytes.h"

namespace vaecomp {

class BitWriter {
 public:
  // The `count` lowest bits of `value`, the highest of them first; 0 <= count <= 32.
  void put(std::uint32_t value, int count) {
    while (count-- > 0) {
      if (used_ == 0) bytes_.push_back(0);
      bytes_.back() |= static_cast<std::uint8_t>((value >> count & 1) << (7 - used_));
      used_ = (used_ + 1) & 7;
    }
  }

  // With bits of 0 up to the next byte.
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
  int used_ = 0;  // bits of the last byte, modulo 8
};

// Borrows the bytes. Bits past the end are 0, and ok() is false from then on.
class BitReader {
 public:
  explicit BitReader(ByteSpan data) : data_(data) {}

  std::uint32_t get(int count) {
    std::uint32_t value = 0;
    while (count-- > 0) value = value << 1 | next();
    return value;
  }

  bool ok() const { return ok_; }
  std::size_t byte() const { return at_ / 8; }  // where the next bit lies

  // Whether nothing is left but bits of 0 up to the end of the byte.
  bool at_end() const {
    if (at_ % 8 == 0) return at_ / 8 == data_.size();
    return at_ / 8 + 1 == data_.size() && (data_[at_ / 8] & (0xFFu >> at_ % 8)) == 0;
  }

 private:
  std::uint32_t next() {
    if (at_ / 8 >= data_.size()) {
      ok_ = false;
      return 0;
    }
    const std::uint32_t bit = data_[at_ / 8] >> (7 - at_ % 8) & 1u;
    ++at_;
    return bit;
  }

  ByteSpan data_;
  std::size_t at_ = 0;  // bits
  bool ok_ = true;
};

}  // namespace vaecomp
