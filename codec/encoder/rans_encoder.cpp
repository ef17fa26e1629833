// Queueing of values and their coding from the last to the first.
#include "codec/encoder/rans_encoder.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace vaecomp {

int RansEncoder::put_value(int scale_index, int value) {
  if (scale_index == 0) return 0;  // VC-23
  const int limit = tables_->max_magnitude(scale_index);
  value = std::clamp(value, -limit, limit);
  const int radius = tables_->radius(scale_index);
  if (value < -radius || value > radius) {
    put_escape(scale_index, value);
  } else {
    put_symbol(scale_index, value + radius);
  }
  return value;
}

void RansEncoder::put(Entry entry) {
  constexpr std::size_t kFirstPiece = 256, kLargestPiece = 1 << 14;
  if (queue_.empty() || queue_.back().size() == queue_.back().capacity())
    queue_.emplace_back().reserve(std::clamp(entries_, kFirstPiece, kLargestPiece));
  queue_.back().push_back(entry);
  ++entries_;
}

void RansEncoder::put_symbol(int scale_index, int symbol) {
  if (symbol >= kFarSymbol) put(static_cast<Entry>(symbol));
  put(static_cast<Entry>(scale_index << kSymbolBits | std::min<int>(symbol, kFarSymbol)));
  ++symbols_;
}

void RansEncoder::put_bit(bool bit) {
  put(bit ? 1 : 0);
  ++symbols_;
}

// VC-25, VC-26: the escape symbol, then excess + 1 in an Exp-Golomb code, then the sign.
void RansEncoder::put_escape(int scale_index, int value) {
  const int radius = tables_->radius(scale_index);
  const int excess = std::abs(value) - radius - 1;
  const int bits = escape_bits(excess);
  put_symbol(scale_index, 2 * radius + 1);
  for (int i = 0; i < bits; ++i) put_bit(true);
  put_bit(false);
  for (int i = bits - 1; i >= 0; --i) put_bit((excess + 1) >> i & 1);
  put_bit(value < 0);
}

Bytes RansEncoder::finish() {
  std::array<std::uint32_t, kRansStates> states;
  states.fill(kRansLow);
  Bytes bytes;  // backwards until the end
  const auto take = [this] {
    const Entry entry = queue_.back().back();
    queue_.back().pop_back();
    if (queue_.back().empty()) queue_.pop_back();
    return entry;
  };
  for (std::size_t k = symbols_; k-- > 0;) {
    const Entry entry = take();
    const int scale_index = entry >> kSymbolBits, near = entry & kFarSymbol;
    constexpr std::uint16_t kHalf = kRawBitFrequency;
    const RansSymbol symbol =
        scale_index == 0 ? RansSymbol{near == 0 ? std::uint16_t{0} : kHalf, kHalf}
                         : tables_->symbol(scale_index, near == kFarSymbol ? int{take()} : near);
    std::uint32_t x = states[k % kRansStates];
    // From a state at or above this one the step below would leave [kRansLow, kRansHigh).
    const std::uint32_t limit = (kRansHigh >> kFrequencyBits) * symbol.frequency;
    for (; x >= limit; x >>= 8) bytes.push_back(static_cast<std::uint8_t>(x));
    const std::uint32_t quotient = x / symbol.frequency;
    states[k % kRansStates] =
        (quotient << kFrequencyBits) + (x - quotient * symbol.frequency) + symbol.start;
  }
  for (int i = kRansStates - 1; i >= 0; --i) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<std::uint8_t>(states[i] >> shift));
    }
  }
  std::reverse(bytes.begin(), bytes.end());
  entries_ = symbols_ = 0;
  return bytes;
}

}  // namespace vaecomp
