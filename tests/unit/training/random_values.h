// What the tests of training's kernels compute with.
#pragma once

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace vaecomp::training {

inline std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

// Whether `value` is `wanted` but for roundings of a sum of `terms` products.
inline bool near(double value, double wanted, int terms = 1) {
  return std::abs(value - wanted) <= 2e-6 * (1 + std::abs(wanted)) * (4 + std::sqrt(terms));
}

}  // namespace vaecomp::training
