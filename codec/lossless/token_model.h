// Distributions of 16 tokens that follow the tokens seen, two of them averaged (SPEC.md section
// 8.4). Exact zone.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace vaecomp {

inline constexpr int kTokens = 16;

// Lane i, 0 .. 14, is where token i + 1 begins, in 1/32768; lane 15 counts tokens seen.
struct alignas(32) TokenModel {
  std::array<std::uint16_t, kTokens> lanes;
};

// Every token costs a share of at least 1/32768, more likely ones get what is left in a geometric
// progression of ratio `ratio` / 256.
constexpr TokenModel geometric_tokens(std::uint32_t ratio) {
  std::array<std::uint32_t, kTokens> weights{};
  std::uint32_t weight = 1 << 16, total = 0;
  for (std::uint32_t& w : weights) {
    w = weight;
    total += weight;
    weight = weight * ratio >> 8;
  }
  TokenModel model{};
  std::uint32_t before = 0;
  for (int i = 0; i < kTokens - 1; ++i) {
    before += weights[i];
    model.lanes[i] =
        static_cast<std::uint16_t>(i + 1 + std::uint64_t{before} * (32768 - kTokens) / total);
  }
  return model;
}

// The mean of two models, as the coder takes it: token s begins at [s], in 1/65536.
class TokenStarts {
 public:
  TokenStarts(const TokenModel& a, const TokenModel& b) {
#if defined(__SSE2__)
    for (int i = 0; i < kTokens; i += 8)
      store(i, _mm_add_epi16(load(&a.lanes[i]), load(&b.lanes[i])));
#else
    for (int i = 0; i < kTokens; ++i)
      starts_[kFirst + 1 + i] = static_cast<std::uint16_t>(a.lanes[i] + b.lanes[i]);
#endif
    starts_[kFirst] = 0;
  }

  std::uint32_t operator[](int s) const { return s == kTokens ? 1u << 16 : starts_[kFirst + s]; }

  // The token that `slot`, 0 .. 65535, falls on.
  int find(std::uint32_t slot) const {
#if defined(__SSE2__)
    // A lane that begins at or before the slot leaves 0 when the slot is taken off.
    const __m128i slots = _mm_set1_epi16(static_cast<std::int16_t>(slot));
    const __m128i zero = _mm_setzero_si128();
    const __m128i low = _mm_cmpeq_epi16(_mm_subs_epu16(load(&starts_[kFirst + 1]), slots), zero);
    const __m128i high = _mm_cmpeq_epi16(_mm_subs_epu16(load(&starts_[kFirst + 9]), slots), zero);
    const auto before = static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(low, high)));
    return std::countr_one(before & 0x7FFF);
#else
    int s = 0;
    for (int i = 1; i < kTokens; ++i) s += starts_[kFirst + i] <= slot;
    return s;
#endif
  }

 private:
  static constexpr int kFirst = 7;  // so that token 1 is aligned

#if defined(__SSE2__)
  static __m128i load(const std::uint16_t* from) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(from));
  }
  void store(int i, __m128i values) {
    _mm_store_si128(reinterpret_cast<__m128i*>(&starts_[kFirst + 1 + i]), values);
  }
#endif

  alignas(16) std::array<std::uint16_t, kFirst + 1 + kTokens> starts_;
};

// log2 of the number of tokens that a model remembers, by how many it has seen.
inline constexpr int kTokenCountLimit = 128;
inline constexpr auto kTokenShifts = [] {
  std::array<std::uint8_t, kTokenCountLimit + 1> shifts{};
  for (int n = 0; n <= kTokenCountLimit; ++n)
    shifts[n] = static_cast<std::uint8_t>(4 + (n > 4) + (n > 12) + (n > 32) + (n > 120));
  return shifts;
}();

// Where the starts move when a token was seen: all below it to their least, all above it to their
// most.
inline constexpr auto kTokenTargets = [] {
  std::array<TokenModel, kTokens> targets{};
  for (int s = 0; s < kTokens; ++s)
    for (int i = 0; i < kTokens - 1; ++i)
      targets[s].lanes[i] = static_cast<std::uint16_t>(i < s ? i + 1 : 32768 - kTokens + 1 + i);
  return targets;
}();

inline void learn_token(TokenModel& model, int s) {
  const int n = model.lanes[kTokens - 1];
  const int shift = kTokenShifts[n];
#if defined(__SSE2__)
  const __m128i count = _mm_cvtsi32_si128(shift);
  for (int i = 0; i < kTokens; i += 8) {
    auto* const at = reinterpret_cast<__m128i*>(&model.lanes[i]);
    const __m128i lanes = _mm_load_si128(at);
    const __m128i target =
        _mm_load_si128(reinterpret_cast<const __m128i*>(&kTokenTargets[s].lanes[i]));
    _mm_store_si128(at, _mm_add_epi16(lanes, _mm_sra_epi16(_mm_sub_epi16(target, lanes), count)));
  }
#else
  for (int i = 0; i < kTokens - 1; ++i) {
    const int distance = kTokenTargets[s].lanes[i] - model.lanes[i];
    model.lanes[i] = static_cast<std::uint16_t>(model.lanes[i] + (distance >> shift));
  }
#endif
  model.lanes[kTokens - 1] = static_cast<std::uint16_t>(n < kTokenCountLimit ? n + 1 : n);
}

}  // namespace vaecomp
