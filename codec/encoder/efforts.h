// What the encoder does at each effort: the one place that says so.
#pragma once

#include <span>

namespace vaecomp {

inline constexpr int kMinEffort = 1;
inline constexpr int kMaxEffort = 9;

struct Effort {
  // What 1/256 bit may be worth when values are chosen (Rounding::rate_weight). Of several weights
  // the one that the picture costs least with is taken.
  std::span<const int> rate_weights;
  int refining_iterations = 0;  // 0: latents stay as analysis gives them
  // The weight of values for refined latents. Nearer to theory, for refining sees what errors do
  // together and what steps that follow lose; and higher with more iterations, which tend to spend
  // more bits, so that efforts differ little in size.
  int refined_weight = 0;
};

// The weight that serves photographs best, with either quantisation. Theory says 30, if errors were
// independent; they are not, since all go towards the prior's means, and the steps that follow lose
// context. Weights of 12 to 20 differ by 0.2 % of the bits.
inline constexpr int kUsualWeight = 16;

// Precondition: kMinEffort .. kMaxEffort.
inline Effort effort_row(int effort) {
  // Noise and text are best served by low weights, flat pictures by high ones.
  static constexpr int kOne[] = {kUsualWeight};
  static constexpr int kTwo[] = {kUsualWeight, 6};
  static constexpr int kThree[] = {kUsualWeight, 6, 22};
  static constexpr int kFour[] = {kUsualWeight, 4, 10, 22};
  static constexpr int kFive[] = {kUsualWeight, 2, 5, 8, 12, 22};
  static constexpr Effort kEfforts[] = {
      {kOne},         {kTwo},         {kThree},       {kFour},         {kFive},
      {kFive, 3, 20}, {kFive, 5, 22}, {kFive, 8, 25}, {kFive, 11, 27},
  };
  return kEfforts[effort - kMinEffort];
}

}  // namespace vaecomp
