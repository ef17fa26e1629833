// The float loops of every level against plain ones in double precision.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "unit/kernels/every_level.h"

namespace vaecomp {
namespace {

constexpr float kUnset = -12345;  // what is there before a kernel writes

std::vector<float> random_values(std::size_t count, std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<float> values(count);
  for (float& v : values) v = static_cast<float>(engine()) / 4294967296.0f * 2 - 1;
  return values;
}

std::size_t area(int rows, int columns) { return static_cast<std::size_t>(rows) * columns; }

// Sums of up to `terms` products of values within -1 .. 1 differ by roundings only.
void check_close(float a, double b, int terms) { CHECK(std::abs(a - b) < 1e-6 * (2 + terms)); }

struct Product {
  int inputs, outputs, positions;
  float floor = -1;  // inputs below are 0
  float least = kAnything;
};

TEST_CASE("multiply_rows is the product of matrices, and writes nothing beside it") {
  constexpr Product kCases[] = {
      {1, 1, 1},           {3, 16, 5},           {48, 96, 13},       {17, 33, 12},
      {64, 15, 7},         {5, 50, 48},          {160, 320, 6},      {48, 96, 13, 0.6f},
      {5, 50, 48, 0.9f},   {320, 161, 47, 0.7f}, {900, 20, 9, 0.5f}, {48, 96, 13, -1, 0},
      {33, 40, 7, 0.6f, 0}};
  for (const auto& [inputs, outputs, positions, floor, least] : kCases) {
    CAPTURE(inputs);
    CAPTURE(outputs);
    const int in_stride = inputs + 3, out_stride = outputs + 2;
    std::vector<float> in = random_values(area(positions, in_stride), 1);
    for (float& v : in) v = v < floor ? 0 : v;
    const std::vector<float> weights = random_values(area(inputs, outputs), 2);
    const std::vector<float> bias = random_values(static_cast<std::size_t>(outputs), 3);
    const PackedWeights packed = pack_weights(weights.data(), inputs, outputs);
    for (const float* start : {bias.data(), static_cast<const float*>(nullptr)}) {
      on_every_level([&, inputs = inputs, outputs = outputs, positions = positions, least = least] {
        std::vector<float> out(area(positions, out_stride), kUnset);
        kernels().floats.multiply_rows(in.data(), in_stride, positions, packed, start, least,
                                       out.data(), out_stride);
        for (int p = 0; p < positions; ++p) {
          for (int d = 0; d < out_stride; ++d) {
            if (d >= outputs) {
              CHECK(out[area(p, out_stride) + d] == kUnset);
              continue;
            }
            double sum = start ? start[d] : 0;
            for (int c = 0; c < inputs; ++c)
              sum += double{in[area(p, in_stride) + c]} * weights[area(c, outputs) + d];
            check_close(out[area(p, out_stride) + d], std::max<double>(sum, least), inputs);
          }
        }
      });
    }
  }
}

TEST_CASE("depthwise_row is the sum over the window, zeros outside of the borders") {
  constexpr int kHeight = 6, kWidth = 21;
  for (const int k : {1, 3, 5, 7}) {
    for (const int channels : {1, 8, 19, 48}) {
      CAPTURE(k);
      CAPTURE(channels);
      const std::vector<float> values = random_values(area(kHeight * kWidth, channels), 4);
      const std::vector<float> taps = random_values(area(k * k, channels), 5);
      const std::vector<float> bias = random_values(static_cast<std::size_t>(channels), 6);
      const RowsOf<float> in(values.data(), kHeight, kWidth, channels, kHeight);
      on_every_level([&, k = k, channels = channels] {
        for (int y = 0; y < kHeight; ++y) {
          constexpr int kFirst = 1;
          std::vector<float> out(area(kWidth - kFirst, channels), kUnset);
          kernels().floats.depthwise_row(in, taps.data(), bias.data(), k, y, kFirst,
                                         kWidth - kFirst, out.data(), channels);
          for (int x = kFirst; x < kWidth; ++x) {
            for (int c = 0; c < channels; ++c) {
              double sum = bias[c];
              for (int i = 0; i < k; ++i) {
                for (int j = 0; j < k; ++j) {
                  const int row = y + i - k / 2, column = x + j - k / 2;
                  if (row < 0 || row >= kHeight || column < 0 || column >= kWidth) continue;
                  sum += double{in.at(row, column)[c]} * taps[area(i * k + j, channels) + c];
                }
              }
              check_close(out[area(x - kFirst, channels) + c], sum, k * k);
            }
          }
        }
      });
    }
  }
}

TEST_CASE("clip, gate, add and scale work on each value by itself") {
  on_every_level([] {
    std::vector<float> values;
    for (int i = 0; i < 37; ++i) values.push_back(static_cast<float>(i - 18));
    std::vector<float> clipped = values, gradient(values.size(), 2), sum = values, scaled = values;
    kernels().floats.clip(clipped.data(), clipped.size(), -3, 5);
    kernels().floats.gate(values.data(), values.size(), -3, 5, gradient.data());
    kernels().floats.add(values.data(), sum.data(), values.size(), sum.data());
    kernels().floats.scale(values.data(), values.data(), sum.data(), values.size(), scaled.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      CHECK(clipped[i] == std::fmin(std::fmax(values[i], -3.0f), 5.0f));
      CHECK(gradient[i] == (values[i] > -3 && values[i] < 5 ? 2 : 0));
      CHECK(sum[i] == 2 * values[i]);
      CHECK(scaled[i] == values[i] * values[i] + 2 * values[i]);
    }
  });
}

TEST_CASE("asinh is close everywhere, and odd") {
  on_every_level([] {
    std::vector<float> values = {0, 1e-30f, 1e18f};
    for (float v = 1e-6f; v < 1e6f; v *= 1.37f) values.push_back(v);
    for (const float sign : {1.0f, -1.0f}) {
      std::vector<float> x = values, y(values.size());
      for (float& v : x) v *= sign;
      kernels().floats.asinh(x.data(), x.size(), y.data());
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double exact = std::asinh(double{x[i]});
        CHECK(std::abs(y[i] - exact) <= 2e-7 + 2e-7 * std::abs(exact));
      }
    }
  });
}

TEST_CASE("dot is the same at every level") {
  const std::vector<float> a = random_values(4 * kDotLanes, 7), b = random_values(a.size(), 8);
  double exact = 0;
  for (std::size_t i = 0; i < a.size(); ++i) exact += double{a[i]} * b[i];
  std::vector<double> found;
  on_every_level([&] {
    found.push_back(kernels().floats.dot(a.data(), b.data(), static_cast<int>(a.size())));
  });
  for (const double sum : found) CHECK(sum == found[0]);
  check_close(static_cast<float>(found[0]), exact, static_cast<int>(a.size()));
}

}  // namespace
}  // namespace vaecomp
