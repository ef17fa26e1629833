// The decoder's side of a stream of symbols (SPEC.md section 8.1). Exact zone.
#pragma once

#include <cstdint>

#include "codec/lossless/symbol_stream.h"
#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// The functions of SymbolEncoder, which ignore what they are given and return what the stream says.
// Damage never stops the reading: past the end words read as zero, and the first cause is
// remembered. Borrows the stream.
class SymbolDecoder {
 public:
  static constexpr bool kDecoding = true, kPricing = false;

  explicit SymbolDecoder(ByteSpan stream)
      : begin_(stream.data()), next_(begin_), end_(begin_ + stream.size()) {}

  bool bit(bool, std::uint32_t share_of_1) {
    const std::uint32_t slot = next_slot();
    const bool value = slot < share_of_1;
    if (value) {
      advance(0, share_of_1, slot);
    } else {
      advance(share_of_1, kShareTotal - share_of_1, slot);
    }
    return value;
  }

  std::uint32_t raw(std::uint32_t, int bits) {
    if (bits == 0) return 0;
    const std::uint32_t slot = next_slot();
    const std::uint32_t value = slot >> (kShareBits - bits);
    advance(value << (kShareBits - bits), kShareTotal >> bits, slot);
    return value;
  }

  // `starts` finds the symbol of a slot, and gives the starts of symbols, by [].
  template <typename Starts>
  int symbol(int, const Starts& starts) {
    const std::uint32_t slot = next_slot();
    const int s = starts.find(slot);
    const std::uint32_t start = starts[s];
    advance(start, starts[s + 1] - start, slot);
    return s;
  }

  // Whether anything has gone wrong so far.
  bool failed() const { return fault_ != Fault::kNone; }

  // Call after the last symbol. Errors, with the offset in this stream: kTruncated (VC-44, a word
  // or a state is missing), kCorrupt (VC-44, a state out of range; VC-45, a chunk's last state is
  // wrong or bytes are left over).
  Result<void> finish();

 private:
  enum class Fault : std::uint8_t { kNone, kPastEnd, kState, kLastState };

  std::uint32_t next_slot() {
    if (left_ == 0) open_chunk();
    --left_;
    return static_cast<std::uint32_t>(state_) & (kShareTotal - 1);
  }

  void advance(std::uint32_t start, std::uint32_t share, std::uint32_t slot) {
    state_ = share * (state_ >> kShareBits) + slot - start;
    if (state_ < kStateLow) refill();
  }

  void refill() {
    if (end_ - next_ < kWordBytes) {
      past_end();
      return;
    }
    state_ = state_ << 32 | load_le<std::uint32_t>(next_);
    next_ += kWordBytes;
  }

  void open_chunk();
  void past_end();
  void record(Fault fault);

  const std::uint8_t* begin_;
  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::uint64_t state_ = kStateLow;
  int left_ = 0;  // operations of this chunk
  Fault fault_ = Fault::kNone;
  std::uint64_t fault_offset_ = 0;
};

}  // namespace vaecomp
