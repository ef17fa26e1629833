// Eight predictions of one value, weighed by how far each was off at the neighbours (SPEC.md
// section 8.6). Exact zone.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <type_traits>

#include "codec/lossless/pixel_colour.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace vaecomp {

inline constexpr int kPredictions = 8;

// In 1/8 of a step of the samples.
template <typename Samples>
struct alignas(16) Predictions {
  std::array<typename Samples::Value, kPredictions> values = {};
};

// How far each prediction was off at a pixel, in 1/8; of narrow samples at most kMostOff.
template <typename Samples>
struct alignas(16) Misses {
  std::array<std::conditional_t<Samples::kWide, std::uint32_t, std::uint16_t>, kPredictions>
      values = {};
};
inline constexpr int kMostOff = 4095;

// Misses at the pixels that a blend looks at.
template <typename Samples>
struct NearMisses {
  const Misses<Samples>&w, &ww, &n, &nw, &ne;
};

// The weight of a prediction by its misses, 32767 over them.
inline constexpr auto kBlendShares = [] {
  std::array<std::int16_t, 256> shares{};
  for (int i = 0; i < 256; ++i) shares[i] = static_cast<std::int16_t>(32767 / (i + 1));
  return shares;
}();

// From the neighbours; ww is left of w, nn above n, nne above ne.
template <typename Samples>
[[gnu::always_inline]] inline Predictions<Samples> predictions_of(std::int32_t w, std::int32_t ww,
                                                                  std::int32_t n, std::int32_t nw,
                                                                  std::int32_t ne, std::int32_t nn,
                                                                  std::int32_t nne) {
  const auto eighths = [](std::int32_t v) { return static_cast<typename Samples::Value>(v); };
  return {{eighths(8 * n), eighths(8 * w), eighths(8 * (w + n - nw)), eighths(8 * (w + ne - n)),
           eighths(8 * (n + ne - nne)), eighths(8 * (2 * n - nn)), eighths(4 * w + 2 * (n + ne)),
           eighths(8 * (2 * w - ww))}};
}

// The weighted mean, rounded towards zero. Plain, for all samples.
template <typename Samples>
std::int32_t plain_blend(const Predictions<Samples>& predictions, const NearMisses<Samples>& near) {
  std::array<std::uint32_t, kPredictions> sums;
  std::uint32_t total = 0;
  for (int i = 0; i < kPredictions; ++i) {
    sums[i] = 2 * (near.n.values[i] + near.ne.values[i]) + near.nw.values[i] +
              3 * near.w.values[i] + near.ww.values[i];
    total += sums[i];
  }
  const int shift = Samples::kWide ? std::max(5, static_cast<int>(std::bit_width(total)) - 10) : 5;
  std::int64_t weighted = 0, shares = 0;
  for (int i = 0; i < kPredictions; ++i) {
    const std::int64_t share = kBlendShares[std::min<std::uint32_t>(sums[i] >> shift, 255)];
    weighted += share * predictions.values[i];
    shares += share;
  }
  return static_cast<std::int32_t>(weighted / shares);
}

// How far each prediction is off a value (in 1/8).
template <typename Samples>
void plain_measure(const Predictions<Samples>& predictions, std::int32_t value,
                   Misses<Samples>& misses) {
  for (int i = 0; i < kPredictions; ++i) {
    const std::int32_t off = std::abs(value - predictions.values[i]);
    if constexpr (Samples::kWide) {
      misses.values[i] = off;
    } else {
      misses.values[i] = static_cast<std::uint16_t>(std::min(off, kMostOff));
    }
  }
}

// The same two, as fast as they go.
template <typename Samples>
[[gnu::always_inline]] inline std::int32_t blend(const Predictions<Samples>& predictions,
                                                 const NearMisses<Samples>& near) {
#if defined(__SSE2__)
  if constexpr (!Samples::kWide) {
    const auto load = [](const auto& of) {
      return _mm_load_si128(reinterpret_cast<const __m128i*>(of.values.data()));
    };
    const __m128i w = load(near.w),
                  twice = _mm_add_epi16(_mm_add_epi16(load(near.n), load(near.ne)), w);
    __m128i sums = _mm_add_epi16(_mm_add_epi16(twice, twice), _mm_add_epi16(load(near.nw), w));
    sums = _mm_srli_epi16(_mm_add_epi16(sums, load(near.ww)), 5);
    sums = _mm_min_epi16(sums, _mm_set1_epi16(255));
    const std::uint64_t low = _mm_cvtsi128_si64(sums);
    const std::uint64_t high = _mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums));
    const auto share = [](std::uint64_t four, int i) { return kBlendShares[four >> 16 * i & 255]; };
    const __m128i shares =
        _mm_set_epi16(share(high, 3), share(high, 2), share(high, 1), share(high, 0), share(low, 3),
                      share(low, 2), share(low, 1), share(low, 0));
    // Below 8 * 32767 * 8 * 765 each.
    const __m128i weighted = _mm_madd_epi16(shares, load(predictions));
    const __m128i plain = _mm_madd_epi16(shares, _mm_set1_epi16(1));
    __m128i both =
        _mm_add_epi32(_mm_unpacklo_epi32(weighted, plain), _mm_unpackhi_epi32(weighted, plain));
    both = _mm_add_epi32(both, _mm_unpackhi_epi64(both, both));
    const auto result = static_cast<std::uint64_t>(_mm_cvtsi128_si64(both));
    return static_cast<std::int32_t>(result) / static_cast<std::int32_t>(result >> 32);
  }
#endif
  return plain_blend(predictions, near);
}

template <typename Samples>
[[gnu::always_inline]] inline void measure(const Predictions<Samples>& predictions,
                                           std::int32_t value, Misses<Samples>& misses) {
#if defined(__SSE2__)
  if constexpr (!Samples::kWide) {
    const __m128i values = _mm_set1_epi16(static_cast<std::int16_t>(value));
    const __m128i off = _mm_sub_epi16(
        values, _mm_load_si128(reinterpret_cast<const __m128i*>(predictions.values.data())));
    const __m128i size = _mm_max_epi16(off, _mm_sub_epi16(_mm_setzero_si128(), off));
    _mm_store_si128(reinterpret_cast<__m128i*>(misses.values.data()),
                    _mm_min_epi16(size, _mm_set1_epi16(kMostOff)));
    return;
  }
#endif
  plain_measure(predictions, value, misses);
}

}  // namespace vaecomp
