// A coder that writes nothing and adds up what its symbols would cost (SPEC.md section 8.1). Exact
// zone.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/base/code_length.h"
#include "codec/lossless/symbol_stream.h"

namespace vaecomp {

// The functions of SymbolEncoder. Prices are in 1/256 bit, each to the block that was opened last.
class PriceCoder {
 public:
  static constexpr bool kDecoding = false, kPricing = true;

  // Borrows `prices`, one a block, and `rest`, for what belongs to none, to which it adds.
  PriceCoder(std::vector<std::uint32_t>& prices, std::uint32_t& rest)
      : prices_(prices.data()), price_(&rest) {}

  void open_block(std::size_t block) { price_ = prices_ + block; }

  bool bit(bool value, std::uint32_t share_of_1) {
    pay(value ? share_of_1 : kShareTotal - share_of_1);
    return value;
  }

  std::uint32_t raw(std::uint32_t value, int bits) {
    *price_ += static_cast<std::uint32_t>(bits) << 8;
    return value;
  }

  template <typename Starts>
  int symbol(int s, const Starts& starts) {
    pay(starts[s + 1] - starts[s]);
    return s;
  }

 private:
  // Of shares of up to 9 bits; greater ones are looked up by their highest 9.
  static constexpr int kBits = 9;
  static constexpr auto kPrices = [] {
    std::array<std::uint16_t, 1 << kBits> prices{};
    for (std::uint32_t share = 1; share < prices.size(); ++share)
      prices[share] = static_cast<std::uint16_t>(code_length_q8(share));
    return prices;
  }();

  void pay(std::uint32_t share) {
    const int cut = std::max(0, static_cast<int>(std::bit_width(share)) - kBits);
    *price_ += kPrices[share >> cut] - (static_cast<std::uint32_t>(cut) << 8);
  }

  std::uint32_t *prices_, *price_;
};

}  // namespace vaecomp
