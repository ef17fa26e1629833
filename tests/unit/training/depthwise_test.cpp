// Depthwise convolutions of training and their taps' gradient against plain loops.
#include "training/native/depthwise.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "unit/training/random_values.h"

namespace vaecomp::training {
namespace {

struct Sizes {
  int height, width, channels, k;
};
constexpr std::array kSizes = {Sizes{1, 1, 16, 5},  Sizes{3, 2, 13, 5}, Sizes{8, 8, 32, 5},
                               Sizes{5, 11, 48, 3}, Sizes{6, 9, 35, 7}, Sizes{20, 17, 16, 15},
                               Sizes{4, 6, 18, 1}};

TEST_CASE("rows of a depthwise convolution") {
  for (const Sizes& size : kSizes) {
    const auto [height, width, channels, k] = size;
    const std::vector<float> in =
        random_values(static_cast<std::size_t>(height) * width * channels, 1);
    const std::vector<float> taps = random_values(static_cast<std::size_t>(k) * k * channels, 2);
    const std::vector<float> bias = random_values(channels, 3);
    std::vector<float> out(static_cast<std::size_t>(width) * channels);
    for (int y = 0; y < height; ++y) {
      for (int first = 0; first < std::min(3, width); ++first) {
        depthwise_row({in.data(), height, width, channels}, taps.data(), bias.data(), k, y, first,
                      width - first, out.data());
        for (int x = first; x < width; ++x) {
          for (int c = 0; c < channels; ++c) {
            double sum = bias[c];
            for (int i = 0; i < k; ++i) {
              for (int j = 0; j < k; ++j) {
                const int row = y + i - k / 2, column = x + j - k / 2;
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                sum += static_cast<double>(in[(row * width + column) * channels + c]) *
                       taps[(i * k + j) * channels + c];
              }
            }
            REQUIRE(near(out[(x - first) * channels + c], sum, k * k));
          }
        }
      }
    }
  }
}

TEST_CASE("the taps' gradient") {
  constexpr int kBatch = 2;
  for (const Sizes& size : kSizes) {
    const auto [height, width, channels, k] = size;
    const std::size_t count = static_cast<std::size_t>(kBatch) * height * width * channels;
    const std::vector<float> in = random_values(count, 1), gradient = random_values(count, 2);
    for (int first = 0; first < channels; first += kTapLanes) {
      const int together = std::min(kTapLanes, channels - first);
      std::vector<float> taps(static_cast<std::size_t>(k) * k * kTapLanes);
      depthwise_taps({in.data(), height, width, channels}, gradient.data(), kBatch, k, first,
                     together, taps.data());
      for (int i = 0; i < k; ++i) {
        for (int j = 0; j < k; ++j) {
          for (int c = 0; c < together; ++c) {
            double sum = 0;
            for (int p = 0; p < kBatch * height * width; ++p) {
              const int y = p / width % height, x = p % width, row = y + i - k / 2,
                        column = x + j - k / 2;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              const int from = p + (i - k / 2) * width + j - k / 2;
              sum += static_cast<double>(gradient[p * channels + first + c]) *
                     in[from * channels + first + c];
            }
            REQUIRE(near(taps[(i * k + j) * kTapLanes + c], sum, kBatch * height * width));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace vaecomp::training
