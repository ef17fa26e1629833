// The encoder's side of a stream of symbols (SPEC.md section 8.1). Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/lossless/symbol_stream.h"
#include "format/bytes.h"

namespace vaecomp {

// Each function codes what it is given and returns it, so that a model written once serves both
// directions. Memory: 4 bytes an operation of a chunk.
class SymbolEncoder {
 public:
  static constexpr bool kDecoding = false, kPricing = false;

  // A bit that is 1 with a probability of `share_of_1` / 65536, 1 .. 65535.
  bool bit(bool value, std::uint32_t share_of_1) {
    if (value) {
      put(0, share_of_1);
    } else {
      put(share_of_1, kShareTotal - share_of_1);
    }
    return value;
  }

  // Lowest bits of a number, 0 .. 16 of them, all values equally likely.
  std::uint32_t raw(std::uint32_t value, int bits) {
    if (bits > 0) put(value << (kShareBits - bits), kShareTotal >> bits);
    return value;
  }

  // Symbol s of those that begin at starts(0) = 0, starts(1), .., starts(16) = 65536; `starts` as
  // in SymbolDecoder.
  template <typename Starts>
  int symbol(int s, const Starts& starts) {
    const std::uint32_t start = starts[s];
    put(start, starts[s + 1] - start);
    return s;
  }

  // Everything so far; call once, at the end.
  Bytes finish();

 private:
  void put(std::uint32_t start, std::uint32_t share) {
    queue_.push_back(start << kShareBits | (share - 1));
    if (queue_.size() == kChunkOperations) end_chunk();
  }
  void end_chunk();

  std::vector<std::uint32_t> queue_;  // start and share - 1, in the decoder's order
  std::vector<std::uint32_t> words_;  // of the chunk that ends, backwards
  Bytes bytes_;
};

}  // namespace vaecomp
