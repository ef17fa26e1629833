// Rounding that gradients pass: stochastic Gumbel annealing (Yang, Bamler, Mandt, "Improving
// inference for neural image compression", 2020). A value between two integers goes to a random
// mixture of both, which hardens as the temperature falls. Float zone.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vaecomp {

struct SoftRounding {
  float temperature = 0.5f;  // 0: rounds to the nearest, and no gradient passes
  std::uint32_t seed = 0;    // of this round's noise

  struct Mixture {
    float below;   // the integer below
    float weight;  // share of the integer above, 0 .. 1
    float slope;   // of `weight` with respect to the value
  };

  // `number` names the value within the round, so that noise does not depend on the order of work.
  Mixture operator()(float value, std::uint32_t number) const {
    const float below = std::floor(value), fraction = value - below;
    if (temperature <= 0.0f) return {below, fraction < 0.5f ? 0.0f : 1.0f, 0.0f};
    const float up = std::clamp(fraction, 1e-3f, 1.0f - 1e-3f), down = 1.0f - up;
    // Log odds of going up; the difference of two Gumbel variables is a logistic one. Half of the
    // noise serves better than all of it when iterations are counted in tens or hundreds.
    const float odds = (std::atanh(up) - std::atanh(down)) / temperature;
    const float u = uniform(number);
    const float noise = kNoise * std::log(u / (1.0f - u));
    const float weight = 1.0f / (1.0f + std::exp(-(odds + noise) / temperature));
    const float odds_slope = (1.0f / (1.0f - up * up) + 1.0f / (1.0f - down * down)) / temperature;
    return {below, weight, weight * (1.0f - weight) * odds_slope / temperature};
  }

 private:
  static constexpr float kNoise = 0.5f;

  // A number in the open interval 0 .. 1.
  float uniform(std::uint32_t number) const {
    const std::uint32_t h = mix(number ^ mix(seed + 0x9E3779B9u));
    return (static_cast<float>(h >> 9) + 0.5f) / 8388608.0f;
  }
  // Spreads every bit over the word: xor-shifts and odd multipliers.
  static std::uint32_t mix(std::uint32_t h) {
    h = (h ^ h >> 16) * 0x85EBCA6Bu;
    h = (h ^ h >> 13) * 0xC2B2AE35u;
    return h ^ h >> 16;
  }
};

}  // namespace vaecomp
