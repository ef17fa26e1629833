// Prediction of one component of smooth content, and the coding of what is left (SPEC.md section
// 8.6). Exact zone.
//
// Simple predictions are blended by how well each did at the neighbours, after Seemann and Tischer,
// "Generalized locally adaptive DPCM", DCC 1997; the mean error of the context is taken off, as Wu
// and Memon do in CALIC (1997); an error is told by its place among the possible ones, and its
// expected size chooses the distribution.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <type_traits>
#include <vector>

#include "codec/lossless/margined_rows.h"
#include "codec/lossless/pixel_colour.h"
#include "codec/lossless/prediction_blend.h"
#include "codec/lossless/token_model.h"

namespace vaecomp {

// Twice the binary logarithm of a sum of errors, in whole steps, from 0 for 0 and 1 on; at most
// `most`.
constexpr int activity_level(std::uint32_t sum, int most) {
  const std::uint32_t v = sum + 2;
  const int log = static_cast<int>(std::bit_width(v)) - 1;
  return std::min(2 * log + static_cast<int>(v >> (log - 1) & 1) - 2, most);
}

// The levels of narrow samples, which end at kMaxNarrowLevel.
inline constexpr int kMaxNarrowLevel = 17;
inline constexpr auto kNarrowLevels = [] {
  std::array<std::uint8_t, 768> levels{};
  for (std::uint32_t sum = 0; sum < levels.size(); ++sum)
    levels[sum] = static_cast<std::uint8_t>(activity_level(sum, kMaxNarrowLevel));
  return levels;
}();
inline int narrow_level(std::uint32_t sum) { return kNarrowLevels[std::min(sum, 767u)]; }

template <typename Samples>
class SmoothModel {
 public:
  using Value = typename Samples::Value;
  using Size = std::conditional_t<Samples::kWide, std::uint32_t, std::uint16_t>;  // of an error

  explicit SmoothModel(int width)
      : all_values_(width),
        all_sizes_(width),
        all_misses_(width),
        all_errors_(width),
        biases_(kBiasContexts) {
    for (int level = 0; level < kLevels; ++level) {
      by_other_.insert(by_other_.end(), kOtherClasses, first_model(level));
      by_place_.insert(by_place_.end(), kPlaceClasses, first_model(level));
    }
  }

  void open_row(int y) {
    all_values_.open_row(y), all_sizes_.open_row(y), all_misses_.open_row(y);
    values_ = all_values_.row(y), above_ = all_values_.row(y - 1), above2_ = all_values_.row(y - 2);
    sizes_ = all_sizes_.row(y), sizes_above_ = all_sizes_.row(y - 1);
    sizes_above2_ = all_sizes_.row(y - 2);
    misses_ = all_misses_.row(y), misses_above_ = all_misses_.row(y - 1);
  }
  void close_row(int y) {
    all_values_.close_row(y), all_sizes_.close_row(y), all_misses_.close_row(y);
  }

  // Of the open row, and of that above it.
  std::int32_t value(int x) const { return values_[x]; }
  std::int32_t value_above(int x) const { return above_[x]; }
  std::int32_t error(int x) const { return all_errors_[x]; }

  // A value that was coded otherwise and is taken as well predicted.
  void skip(int x, std::int32_t value) {
    values_[x] = static_cast<Value>(value);
    sizes_[x] = 0;
    misses_[x] = {};
    all_errors_[x] = 0;
  }

  // What is known of the value at one place before it is coded.
  struct Site {
    Predictions<Samples> predictions;
    std::int32_t blend, expected, prediction, rest, first_error;  // all but the last two in 1/8
    std::uint32_t activity;
    int place, pattern, level, other_class, bias_context;
  };

  // What depends on other pixels only.
  [[gnu::always_inline]] void look_around(int x, Site& site) const {
    const std::int32_t w = values_[x - 1], ww = values_[x - 2], n = above_[x], nw = above_[x - 1],
                       ne = above_[x + 1], nn = above2_[x], nne = above2_[x + 1];
    site.predictions = predictions_of<Samples>(w, ww, n, nw, ne, nn, nne);
    const std::int32_t mean =
        blend<Samples>(site.predictions, {misses_[x - 1], misses_[x - 2], misses_above_[x],
                                          misses_above_[x - 1], misses_above_[x + 1]});
    site.blend = mean;
    const std::uint32_t sw = sizes_[x - 1];
    site.activity = 4 * (sw + sizes_above_[x]) + 2u * (sizes_above_[x - 1] + sizes_[x - 2]) +
                    3u * sizes_above_[x + 1] + sizes_above2_[x];
    const std::uint32_t turns = std::abs(w - nw) + std::abs(n - nw) + std::abs(n - ne);
    site.place =
        std::min(7, narrow_level(8 * sw) / 2) * 8 + std::min(7, narrow_level(3 * turns) / 2);
    site.pattern = (w > n) | (n > nw) << 1 | (ne > n) << 2 | (8 * w > mean) << 3 |
                   (8 * n > mean) << 4 | (8 * nn > mean) << 5;
  }

  // What the components before this one have missed at the same pixel.
  struct Others {
    std::int32_t first = 0;       // error of the first component; 0 for that component itself
    std::uint32_t activity = 0;   // joins that of the neighbours
    std::uint32_t class_sum = 0;  // chooses the class, if there are others
    bool none = false;            // how far the prediction was rounded chooses it
  };

  [[gnu::always_inline]] void predict(Site& site, const Others& others, ValueRange range) const {
    site.level = level_of(site.activity + others.activity);
    site.expected = site.blend + (slope_ * others.first >> kSlopeBits);
    site.bias_context = site.pattern * 16 + std::min(site.level, 15);
    const std::int32_t refined = site.expected + (biases_[site.bias_context] >> kBiasBits);
    site.prediction = std::clamp((refined + 4) >> 3, range.least, range.most);
    site.rest = refined - 8 * site.prediction;
    site.other_class =
        std::min(5, others.none ? std::abs(site.rest) : narrow_level(others.class_sum) / 3);
    site.first_error = others.first;
  }

  // Codes the value.
  template <typename Coder>
  [[gnu::always_inline]] std::int32_t code(Coder& coder, const Site& site, ValueRange range,
                                           std::int32_t value) {
    std::uint32_t rank = 0;
    if constexpr (!Coder::kDecoding) rank = rank_of(site, range, value - site.prediction);
    const int raw_bits = std::max(0, (site.level - 7) >> 1);
    TokenModel& a = by_other_[site.level * kOtherClasses + site.other_class];
    TokenModel& b = by_place_[site.level * kPlaceClasses + site.place];
    const int token =
        coder.symbol(static_cast<int>(std::min(rank >> raw_bits, kEscape)), TokenStarts(a, b));
    learn_token(a, token);
    learn_token(b, token);
    std::uint32_t high = token;
    if (high == kEscape) [[unlikely]]
      high += code_excess(coder, (rank >> raw_bits) - kEscape);
    rank = high << raw_bits | coder.raw(rank & ((1u << raw_bits) - 1), raw_bits);
    if constexpr (Coder::kDecoding) value = site.prediction + error_of(site, range, rank);
    return value;
  }

  // When the value is known, by whatever way.
  [[gnu::always_inline]] void learn(int x, const Site& site, std::int32_t value) {
    const std::int32_t error = value - site.prediction;
    values_[x] = static_cast<Value>(value);
    sizes_[x] = static_cast<Size>(std::abs(error));
    all_errors_[x] = static_cast<Value>(error);
    measure(site.predictions, 8 * value, misses_[x]);
    std::int32_t& bias = biases_[site.bias_context];
    bias += (((8 * value - site.expected) << kBiasBits) - bias) >> 7;
  }

  // Follows how this component's error goes with that of the first one at the same pixel.
  [[gnu::always_inline]] void learn_slope(int x, const Site& site) {
    const std::int64_t first = site.first_error;
    product_ += 16 * first * all_errors_[x] - (product_ >> 4);
    square_ += 16 * first * first - (square_ >> 4);
    const std::int64_t slope = product_ * (8 << kSlopeBits) / (square_ + 4096);
    slope_ = static_cast<std::int32_t>(std::clamp<std::int64_t>(slope, -kMaxSlope, kMaxSlope));
  }

 private:
  static constexpr int kMaxLevel = Samples::kWide ? 35 : kMaxNarrowLevel;
  static constexpr int kLevels = kMaxLevel + 1;
  static constexpr int kOtherClasses = 6, kPlaceClasses = 64, kBiasContexts = 64 * 16;
  static constexpr int kSlopeBits = 8, kBiasBits = 6, kMaxSlope = 32 << kSlopeBits;
  static constexpr std::uint32_t kEscape = kTokens - 1;

  static int level_of(std::uint32_t sum) {
    return Samples::kWide ? activity_level(sum, kMaxLevel) : narrow_level(sum);
  }

  static TokenModel first_model(int level) {
    constexpr std::uint8_t kRatios[] = {61, 93, 125, 154, 179, 199, 214, 225, 234};
    return geometric_tokens(kRatios[level <= 8 ? level : 8 - level % 2]);
  }

  // Errors in the order 0, 1, -1, 2, -2, .. (or 0, -1, 1, ..: the side that rounding took off comes
  // first), and where one side of the range ends, those of the other one after another.
  static std::uint32_t rank_of(const Site& site, ValueRange range, std::int32_t error) {
    const std::int32_t both = std::min(site.prediction - range.least, range.most - site.prediction);
    const std::int32_t size = std::abs(error);
    if (size > both) return size + both;
    return 2 * size - (error != 0 && (error > 0) == (site.rest >= 0));
  }

  // The reverse; a rank beyond all gives an error at the range's end.
  static std::int32_t error_of(const Site& site, ValueRange range, std::uint32_t rank) {
    const std::int32_t below = site.prediction - range.least, above = range.most - site.prediction;
    const std::int32_t both = std::min(below, above);
    if (rank > 2 * static_cast<std::uint32_t>(both)) [[unlikely]] {
      const auto size = static_cast<std::int32_t>(
          std::min(rank - both, static_cast<std::uint32_t>(std::max(below, above))));
      return above < below ? -size : size;
    }
    const std::int32_t size = static_cast<std::int32_t>(rank + 1) >> 1;
    const std::int32_t sign = -static_cast<std::int32_t>((rank & 1) ^ (site.rest >= 0));  // 0 or -1
    return (size ^ sign) - sign;
  }

  // An Exp-Golomb code in raw bits.
  template <typename Coder>
  [[gnu::noinline]] static std::uint32_t code_excess(Coder& coder, std::uint32_t excess) {
    constexpr int kMostBits = 18;
    const int length = Coder::kDecoding ? 0 : static_cast<int>(std::bit_width(excess + 1)) - 1;
    int bits = 0;
    while (bits < kMostBits && coder.raw(bits < length, 1) != 0) ++bits;
    std::uint32_t value = 1;
    for (int k = bits - 1; k >= 0; --k) value = value << 1 | coder.raw((excess + 1) >> k & 1, 1);
    return value - 1;
  }

  MarginedRows<Value> all_values_;
  MarginedRows<Size> all_sizes_;  // of errors
  MarginedRows<Misses<Samples>> all_misses_;
  std::vector<Value> all_errors_;     // of the open row
  std::vector<std::int32_t> biases_;  // in 1/64 of 1/8
  std::vector<TokenModel> by_other_, by_place_;
  std::int64_t product_ = 0, square_ = 0;
  std::int32_t slope_ = 0;  // in 1/256 of 1/8 of an error of the first component

  Value* values_ = nullptr;
  const Value *above_ = nullptr, *above2_ = nullptr;
  Size* sizes_ = nullptr;
  const Size *sizes_above_ = nullptr, *sizes_above2_ = nullptr;
  Misses<Samples>* misses_ = nullptr;
  const Misses<Samples>* misses_above_ = nullptr;
};

}  // namespace vaecomp
