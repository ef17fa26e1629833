// Several opinions on a bit made one: a weighted sum in the logistic domain, whose weights learn
// (SPEC.md section 8.5). Exact zone.
//
// Mahoney, "Adaptive weighing of context models for lossless data compression", Florida Institute
// of Technology CS-2005-16, 2005.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "codec/lossless/adaptive_bit.h"

namespace vaecomp {

// Logits are in 1/256 and lie within +- kMaxLogit.
inline constexpr int kMaxLogit = 2047;

// 65536 / (1 + exp(-x)) for x = -8, -7.5, .. 8, rounded to nearest.
inline constexpr std::array<std::uint16_t, 33> kSquashPoints = {
    22,    36,    60,    98,    162,   267,   439,   720,   1179,  1921,  3108,
    4971,  7812,  11955, 17625, 24743, 32768, 40793, 47911, 53581, 57724, 60565,
    62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438, 65476, 65500, 65514};

// The probability, in 1/65536, of a logit + 2048: between the points above by straight lines.
inline constexpr auto kSquash = [] {
  std::array<std::uint16_t, 4096> table{};
  for (int i = 0; i < 4096; ++i) {
    const int low = kSquashPoints[i >> 7], high = kSquashPoints[(i >> 7) + 1], part = i & 127;
    table[i] = static_cast<std::uint16_t>((low * (128 - part) + high * part + 64) >> 7);
  }
  return table;
}();

// The logit of a probability's upper 12 bits q: the least whose kSquash is at least 16 q + 8.
inline constexpr auto kStretch = [] {
  std::array<std::int16_t, 4096> table{};
  int logit = -kMaxLogit;
  for (int q = 0; q < 4096; ++q) {
    while (logit < kMaxLogit && kSquash[logit + 2048] < 16 * q + 8) ++logit;
    table[q] = static_cast<std::int16_t>(logit);
  }
  return table;
}();

// Weights of `Inputs` opinions, in 1/65536.
template <int Inputs>
struct MixerWeights {
  std::array<std::int32_t, Inputs> weights;
};

// Codes a bit by the opinions of `cells`, and lets cells and weights learn from it.
template <int Inputs, typename Coder>
bool code_mixed_bit(Coder& coder, const std::array<AdaptiveBit*, Inputs>& cells,
                    const std::array<std::uint32_t, Inputs>& memories, MixerWeights<Inputs>& mixer,
                    bool bit) {
  constexpr std::int32_t kMaxWeight = 1 << 20;
  constexpr int kRateShift = 14;
  std::array<std::int32_t, Inputs> logits;
  std::int64_t sum = 0;
  for (int i = 0; i < Inputs; ++i) {
    logits[i] = kStretch[cells[i]->share() >> 4];
    sum += std::int64_t{mixer.weights[i]} * logits[i];
  }
  const int logit = static_cast<int>(std::clamp<std::int64_t>(sum >> 16, -kMaxLogit, kMaxLogit));
  const int share = kSquash[logit + 2048];
  bit = coder.bit(bit, share);
  const std::int32_t error = (bit ? 65535 : 0) - share;
  for (int i = 0; i < Inputs; ++i) {
    const std::int32_t step = (logits[i] * error + (1 << (kRateShift - 1))) >> kRateShift;
    mixer.weights[i] = std::clamp(mixer.weights[i] + step, -kMaxWeight, kMaxWeight);
    cells[i]->learn(bit, memories[i]);
  }
  return bit;
}

}  // namespace vaecomp
