// Numbers taken from the front of what a fuzzer made.
#pragma once

#include <cstdint>

#include "format/bytes.h"

namespace vaecomp::fuzz {

// When the bytes run out, every choice is 0.
class Choices {
 public:
  explicit Choices(ByteSpan bytes) : left_(bytes) {}

  std::uint32_t byte() {
    if (left_.empty()) return 0;
    const std::uint8_t first = left_.front();
    left_ = left_.subspan(1);
    return first;
  }
  std::uint32_t u16() {
    const std::uint32_t low = byte();
    return low | byte() << 8;
  }

  // 0 .. count - 1, for a count up to 65536; takes two bytes if one is too few.
  int below(int count) {
    return static_cast<int>((count <= 256 ? byte() : u16()) % static_cast<std::uint32_t>(count));
  }

  bool flag() { return (byte() & 1) != 0; }

  // The next `count` bytes, or what is left of them.
  ByteSpan bytes(std::size_t count) {
    const ByteSpan taken = left_.first(count < left_.size() ? count : left_.size());
    left_ = left_.subspan(taken.size());
    return taken;
  }

  ByteSpan rest() const { return left_; }

 private:
  ByteSpan left_;
};

}  // namespace vaecomp::fuzz
