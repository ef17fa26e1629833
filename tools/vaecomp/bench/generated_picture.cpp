// Value noise: random numbers on lattices, joined smoothly, of several spacings.
#include "tools/vaecomp/bench/generated_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vaecomp {
namespace {

// A repeatable random number in -1 .. 1.
float random_at(std::uint32_t x, std::uint32_t y, std::uint32_t seed) {
  std::uint32_t h = x * 0x9E3779B1u ^ y * 0x85EBCA77u ^ seed * 0xC2B2AE3Du;
  h = (h ^ h >> 15) * 0x2C1B3C6Du;
  h = (h ^ h >> 12) * 0x297A2D39u;
  h ^= h >> 15;
  return static_cast<float>(h) / 2147483648.0f - 1.0f;
}

float smooth(float t) { return t * t * (3 - 2 * t); }

// One row after the other of a lattice's noise.
class NoiseRows {
 public:
  // `spacing` in pixels.
  NoiseRows(int width, int spacing, std::uint32_t seed) : spacing_(spacing), seed_(seed) {
    const std::size_t points = static_cast<std::size_t>(width / spacing) + 2;
    above_.resize(points);
    below_.resize(points);
    for (int i = 0; i < spacing; ++i)
      weights_.push_back(smooth(static_cast<float>(i) / static_cast<float>(spacing)));
  }

  // to[x] += amplitude[x] * noise(x, y); rows in any order, those of one lattice row fastest.
  template <typename Amplitude>
  void add(int y, Amplitude&& amplitude, std::vector<float>& to) {
    const int row = y / spacing_;
    if (row != row_) read_lattice(row);
    const float down = weights_[static_cast<std::size_t>(y % spacing_)];
    const std::size_t width = to.size();
    std::size_t x = 0;
    for (std::size_t i = 0; x < width; ++i) {
      const float left = above_[i] + down * (below_[i] - above_[i]);
      const float right = above_[i + 1] + down * (below_[i + 1] - above_[i + 1]);
      for (int k = 0; k < spacing_ && x < width; ++k, ++x)
        to[x] += amplitude(x) * (left + weights_[static_cast<std::size_t>(k)] * (right - left));
    }
  }

 private:
  void read_lattice(int row) {
    row_ = row;
    for (std::size_t i = 0; i < above_.size(); ++i) {
      const auto column = static_cast<std::uint32_t>(i);
      above_[i] = random_at(column, static_cast<std::uint32_t>(row), seed_);
      below_[i] = random_at(column, static_cast<std::uint32_t>(row) + 1, seed_);
    }
  }

  int spacing_;
  std::uint32_t seed_;
  int row_ = -1;
  std::vector<float> weights_, above_, below_;
};

constexpr int kRegionSpacings[] = {192, 61, 17};
constexpr int kTextureSpacings[] = {47, 23, 11, 5, 3, 2};
constexpr float kTextureAmplitude = 7;  // in samples, per octave, where it is rough
constexpr float kSmoothShare = 0.12f;   // of that where it is smooth
constexpr float kGrain = 1.5f;

// Where a point lies among the regions: its height decides which one it is in.
struct Region {
  float luma, red, blue;  // samples
  float roughness;        // 0 .. 1
};
constexpr std::array<Region, 6> kRegions = {{{70, 6, -14, 1},
                                             {168, -16, 30, kSmoothShare},
                                             {112, -8, -18, 0.8f},
                                             {205, 4, -6, kSmoothShare},
                                             {92, 22, -20, 0.5f},
                                             {140, 2, 10, 1}}};

const Region& region_at(float height) {
  const float place = (height + 1) / 2 * static_cast<float>(kRegions.size());
  const int last = static_cast<int>(kRegions.size()) - 1;
  return kRegions[static_cast<std::size_t>(std::clamp(static_cast<int>(place), 0, last))];
}

std::uint8_t sample(float value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f));
}

int side(double pixels) {
  constexpr int kStep = 16, kLargest = kMaxSide / kStep * kStep;
  return std::clamp(static_cast<int>(std::lround(pixels / kStep)) * kStep, kStep, kLargest);
}

}  // namespace

Image generated_picture(double megapixels) {
  Image image;
  image.width = side(std::sqrt(megapixels * 1e6 * 1.5));
  image.height = side(megapixels * 1e6 / image.width);
  const auto width = static_cast<std::size_t>(image.width);
  image.samples.resize(3 * width * static_cast<std::size_t>(image.height));
  std::vector<NoiseRows> heights, textures, colours;
  std::uint32_t seed = 1;
  for (const int spacing : kRegionSpacings) heights.emplace_back(image.width, spacing, seed++);
  for (const int spacing : kTextureSpacings) textures.emplace_back(image.width, spacing, seed++);
  for (const int spacing : {90, 90, 13, 13}) colours.emplace_back(image.width, spacing, seed++);
  std::vector<float> height(width), luma(width), red(width), blue(width);
  std::vector<const Region*> region(width);
  std::uint8_t* to = image.samples.data();
  for (int y = 0; y < image.height; ++y) {
    std::ranges::fill(height, 0.0f);
    float amplitude = 0.8f;
    for (NoiseRows& noise : heights) {
      noise.add(
          y, [amplitude](std::size_t) { return amplitude; }, height);
      amplitude /= 3;
    }
    for (std::size_t x = 0; x < width; ++x) {
      region[x] = &region_at(height[x]);
      luma[x] = region[x]->luma + 20 * height[x];
      red[x] = region[x]->red;
      blue[x] = region[x]->blue;
    }
    const auto texture = [&](std::size_t x) { return kTextureAmplitude * region[x]->roughness; };
    const auto colour = [&](std::size_t x) { return 4 + 4 * region[x]->roughness; };
    for (NoiseRows& noise : textures) noise.add(y, texture, luma);
    for (std::size_t i = 0; i < colours.size(); ++i)
      colours[i].add(y, colour, i % 2 == 0 ? red : blue);
    for (std::size_t x = 0; x < width; ++x) {
      const float grain =
          kGrain * random_at(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), seed);
      *to++ = sample(luma[x] + red[x] + grain);
      *to++ = sample(luma[x] - 0.5f * red[x] - 0.2f * blue[x] + grain);
      *to++ = sample(luma[x] + blue[x] + grain);
    }
  }
  return image;
}

}  // namespace vaecomp
