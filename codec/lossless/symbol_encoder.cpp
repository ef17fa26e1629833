// Coding of a chunk, from its last operation to its first.
#include "codec/lossless/symbol_encoder.h"

#include <utility>

namespace vaecomp {

void SymbolEncoder::end_chunk() {
  std::uint64_t state = kStateLow;
  words_.clear();
  for (std::size_t k = queue_.size(); k-- > 0;) {
    const std::uint32_t start = queue_[k] >> kShareBits;
    const std::uint64_t share = std::uint64_t{queue_[k] & (kShareTotal - 1)} + 1;
    // From a state at or above this one the step below would leave the interval.
    if (state >= share << (63 - kShareBits)) {
      words_.push_back(static_cast<std::uint32_t>(state));
      state >>= 32;
    }
    const std::uint64_t quotient = state / share;
    state = (quotient << kShareBits) + (state - quotient * share) + start;
  }
  append_le(bytes_, state);
  for (std::size_t k = words_.size(); k-- > 0;) append_le(bytes_, words_[k]);
  queue_.clear();
}

Bytes SymbolEncoder::finish() {
  if (!queue_.empty()) end_chunk();
  return std::move(bytes_);
}

}  // namespace vaecomp
