// Pictures for tests: deterministic, with smooth parts, edges and noise.
#pragma once

#include <cstdint>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp::test {

// Small linear congruential generator, equal on every platform.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761u + 1) {}
  std::uint32_t next() { return (state_ = state_ * 1664525u + 1013904223u) >> 8; }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint32_t>(n)); }

 private:
  std::uint32_t state_;
};

inline Image picture(int width, int height, int channels, std::uint32_t seed = 1) {
  Random random(seed);
  Image image{.samples = {}, .width = width, .height = height, .channels = channels};
  image.samples.reserve(static_cast<std::size_t>(width) * height * channels);
  const int slope = 1 + random.below(5), edge = random.below(60) + 4, noise = 1 + random.below(24);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) {
        const int ramp = (x * slope + y * (c + 1)) % 256;
        const int block = ((x / edge) ^ (y / edge)) & 1 ? 60 : 0;
        const int value = ramp / 2 + block + random.below(noise);
        image.samples.push_back(static_cast<std::uint8_t>(value > 255 ? 255 : value));
      }
  return image;
}

// The same picture with each sample of a grey one three times: neutral RGB.
inline Image neutral(const Image& grey) {
  Image rgb = grey;
  rgb.channels = 3;
  rgb.samples.clear();
  rgb.samples16.clear();
  for (const std::uint8_t sample : grey.samples) rgb.samples.insert(rgb.samples.end(), 3, sample);
  for (const std::uint16_t sample : grey.samples16)
    rgb.samples16.insert(rgb.samples16.end(), 3, sample);
  return rgb;
}

}  // namespace vaecomp::test
