// Queueing of values and their coding from the last to the first.
#include "codec/entropy/rans_encoder.h"

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
    queue_.push_back(tables_->symbol(scale_index, value + radius));
  }
  return value;
}

void RansEncoder::put_bit(bool bit) {
  constexpr std::uint16_t kHalf = kRawBitFrequency;
  queue_.push_back({bit ? kHalf : std::uint16_t{0}, kHalf});
}

// VC-25, VC-26: the escape symbol, then excess + 1 in an Exp-Golomb code, then the sign.
void RansEncoder::put_escape(int scale_index, int value) {
  const int radius = tables_->radius(scale_index);
  const int excess = std::abs(value) - radius - 1;
  const int bits = escape_bits(excess);
  queue_.push_back(tables_->symbol(scale_index, 2 * radius + 1));
  for (int i = 0; i < bits; ++i) put_bit(true);
  put_bit(false);
  for (int i = bits - 1; i >= 0; --i) put_bit((excess + 1) >> i & 1);
  put_bit(value < 0);
}

Bytes RansEncoder::finish() {
  std::array<std::uint32_t, kRansStates> states;
  states.fill(kRansLow);
  Bytes bytes;  // backwards until the end
  for (std::size_t k = queue_.size(); k-- > 0;) {
    const RansSymbol symbol = queue_[k];
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
  queue_.clear();
  return bytes;
}

}  // namespace vaecomp
