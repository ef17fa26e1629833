// Huffman codes of JPEG scans (ITU-T T.81, annexes C and F), for the check of scans.
#pragma once

#include <array>
#include <cstdint>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The bits of a scan's coded data between restart markers, highest first, stuffing removed. Borrows
// the data.
class ScanBits {
 public:
  explicit ScanBits(ByteSpan scan) : begin_(scan.data()), at_(begin_), end_(begin_ + scan.size()) {}

  // The next `count` bits, 0 .. 16; zeros where there are none left, and dry() from then on.
  std::uint32_t take(int count) {
    const std::uint32_t bits = peek(count);
    drop(count);
    return bits;
  }

  // The same, not taken yet.
  std::uint32_t peek(int count) {
    if (count_ < count) fill();
    const int there = count_ < count ? count_ : count;
    const std::uint64_t bits = there == 0 ? 0 : bits_ >> (64 - there);
    return static_cast<std::uint32_t>(bits << (count - there));
  }

  void drop(int count) {
    if (count > count_) {
      dry_ = true;
      count = count_;
    }
    if (count > 0) bits_ <<= count;
    count_ -= count;
  }

  // Whether more bits were taken than there are before the next marker.
  bool dry() const { return dry_; }

  // Where the next bit lies in the data.
  std::size_t position() const;

  // Whether the rest of a byte begun is what fills up bytes: ones (T.81, F.1.2.3), or of some
  // encoders zeros.
  bool is_filled_up() const;

  // Passes what is left before the next marker: the rest of a byte begun, and whole bytes, which
  // are returned as they lie in the data.
  ByteSpan skip_to_marker();

  // Takes the restart marker that is next; its number, or -1 at the end. Precondition:
  // skip_to_marker().
  int take_restart();

  // Whether there is neither bit nor restart marker left.
  bool at_end() const { return count_ == 0 && at_ == end_; }

 private:
  void fill();

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint64_t bits_ = 0;  // the next ones, from the top
  int count_ = 0;
  bool dry_ = false;
};

// The codes of one table.
class HuffmanTable {
 public:
  HuffmanTable() = default;

  // Reads the 16 counts and the symbols of a DHT segment at its front and removes them from
  // `content`. False if they are cut or over-subscribed.
  bool read(ByteSpan& content);

  bool defined() const { return defined_; }

  // The next symbol, or -1 if no code begins with the next bits.
  int symbol(ScanBits& bits) const {
    const std::uint32_t next = bits.peek(16);
    const Short& entry = short_[next >> (16 - kShortBits)];
    if (entry.length != 0) {
      bits.drop(entry.length);
      return entry.symbol;
    }
    return long_symbol(bits, next);
  }

 private:
  static constexpr int kShortBits = 9;
  struct Short {
    std::uint8_t length = 0, symbol = 0;
  };

  int long_symbol(ScanBits& bits, std::uint32_t next) const;

  bool defined_ = false;
  std::array<Short, 1 << kShortBits> short_ = {};
  std::array<std::uint32_t, 17> code_end_ = {};    // by length: first code that is too large
  std::array<std::int32_t, 17> first_index_ = {};  // by length: of symbols_, less the first code
  std::array<std::uint8_t, 256> symbols_ = {};
};

}  // namespace vaecomp
