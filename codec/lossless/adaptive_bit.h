// A probability that follows the bits it has seen (SPEC.md section 8.2). Exact zone.
#pragma once

#include <array>
#include <cstdint>

namespace vaecomp {

// How many bits an AdaptiveBit remembers: until then it is their mean, from then on it forgets.
inline constexpr std::uint32_t kLongMemory = 255, kShortMemory = 20;

// 1 / (n + 1.5), in 1/65536, rounded down.
inline constexpr auto kAdaptationShares = [] {
  std::array<std::uint16_t, kLongMemory + 1> shares{};
  for (std::uint32_t n = 0; n < shares.size(); ++n)
    shares[n] = static_cast<std::uint16_t>(2 * 65536 / (2 * n + 3));
  return shares;
}();

class AdaptiveBit {
 public:
  // Probability of a 1, in 1/65536, 0 .. 65535.
  std::uint32_t share() const { return state_ >> 16; }

  // The same within what a coder can use.
  std::uint32_t usable_share() const { return share() == 0 ? 1 : share(); }

  // Bits seen, up to the memory.
  std::uint32_t count() const { return state_ & kCountMask; }

  void learn(bool bit, std::uint32_t memory) {
    const std::uint32_t n = count();
    const std::int64_t p = state_ >> kCountBits;
    const std::int64_t target = bit ? (1 << kFractionBits) - 1 : 0;
    const std::int64_t next = p + ((target - p) * kAdaptationShares[n] >> 16);
    state_ = static_cast<std::uint32_t>(next) << kCountBits | (n < memory ? n + 1 : n);
  }

 private:
  static constexpr int kCountBits = 10, kFractionBits = 22;
  static constexpr std::uint32_t kCountMask = (1 << kCountBits) - 1;

  std::uint32_t state_ = 1u << 31;  // the probability in 1/2^22, then the count
};

// Codes a bit by its own probability alone.
template <typename Coder>
bool code_bit(Coder& coder, AdaptiveBit& cell, bool bit, std::uint32_t memory) {
  bit = coder.bit(bit, cell.usable_share());
  cell.learn(bit, memory);
  return bit;
}

}  // namespace vaecomp
