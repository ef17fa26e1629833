// Random numbers that belong to a place, not to a moment: any order and any number of threads draw
// the same.
#pragma once

#include <cstdint>

namespace vaecomp {

// A bijection of 64-bit numbers whose every output bit depends on every input bit: the finaliser of
// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
constexpr std::uint64_t scrambled(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
  x = (x ^ x >> 27) * 0x94D049BB133111EB;
  return x ^ x >> 31;
}

// One of `count` numbers from 0, all equally likely, for a latent of a stage: 0 for the hyper
// latents, 1 + s for context step s. `y` and `x` are below 2^17, `channel` and `stage` below 2^15.
constexpr std::uint32_t random_slot(std::uint64_t seed, int stage, int y, int x, int channel,
                                    std::uint32_t count) {
  const std::uint64_t place =
      static_cast<std::uint64_t>(stage) << 49 ^ static_cast<std::uint64_t>(y) << 32 ^
      static_cast<std::uint64_t>(x) << 15 ^ static_cast<std::uint64_t>(channel);
  const std::uint64_t random = scrambled(scrambled(seed) ^ place);
  return static_cast<std::uint32_t>((random >> 32) * count >> 32);
}

}  // namespace vaecomp
