// What the encoder does at each effort: the one place that says so.
#pragma once

#include <span>

namespace vaecomp {

inline constexpr int kMinEffort = 1;
inline constexpr int kMaxEffort = 9;

// Stands for usual_rate_weight() in an Effort.
inline constexpr int kUsualWeight = -1;

struct Effort {
  // What 1/256 bit may be worth when values are chosen (Rounding::rate_weight). Of several weights
  // the one that the picture costs least with is taken.
  std::span<const int> rate_weights;
  int refining_iterations;  // 0: latents stay as analysis gives them
};

// The weight that serves photographs best. Theory says 30, if errors were independent; they are
// not, since all go towards the prior's means, and the steps that follow lose context. On 18 photos
// no other weight costs 0.3 % less at any quality; plain rounding, weight 0, costs 2 to 7 % more.
constexpr int usual_rate_weight(int quality) { return quality < 50 ? 13 : 16; }

// Precondition: kMinEffort .. kMaxEffort.
inline Effort effort_row(int effort) {
  // Noise and text are best served by low weights, flat pictures by high ones.
  static constexpr int kOne[] = {kUsualWeight};
  static constexpr int kTwo[] = {kUsualWeight, 0};
  static constexpr int kThree[] = {kUsualWeight, 0, 22};
  static constexpr int kFour[] = {kUsualWeight, 0, 10, 22};
  static constexpr int kFive[] = {13, 16, 0, 6, 10, 22};
  static constexpr Effort kEfforts[] = {
      {kOne, 0},   {kTwo, 0},   {kThree, 0},  {kFour, 0},   {kFive, 0},
      {kFive, 12}, {kFive, 30}, {kFive, 100}, {kFive, 300},
  };
  return kEfforts[effort - kMinEffort];
}

}  // namespace vaecomp
