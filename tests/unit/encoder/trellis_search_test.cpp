// The search for values against a plain one, on the kernels of every level.
#include "codec/encoder/trellis_search.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>
#include <random>
#include <vector>

#include "codec/encoder/choose_value.h"
#include "codec/prior/dequantiser.h"
#include "tests/unit/entropy/gaussian_tables.h"
#include "tests/unit/kernels/every_level.h"

namespace vaecomp {
namespace {

constexpr int kStepQ8 = 16;  // of Q4

std::int64_t price(const CdfTables& tables, const TrellisLatent& latent, int value, int offset_q4,
                   int weight) {
  const std::int64_t error = latent.residual_q8 - kStepQ8 * offset_q4;
  return error * error + weight * tables.cost_q8(latent.scale_index + kScaleIndices, value);
}

// What a sequence of values costs from `state` on.
std::int64_t cost_of(const CdfTables& tables, const std::vector<TrellisLatent>& latents, int state,
                     const std::vector<std::int32_t>& values, int weight) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < latents.size(); ++i) {
    const int point = trellis_point(values[i]) * kTrellisStep;
    sum += price(tables, latents[i], values[i], trellis_mirrors(state) ? -point : point, weight);
    state = trellis_next(state, values[i]);
  }
  return sum;
}

// The least that any sequence costs: all values within reach, state by state.
std::int64_t least_cost(const CdfTables& tables, const std::vector<TrellisLatent>& latents,
                        int start, int weight) {
  constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max() / 2;
  std::vector<std::int64_t> paths(kTrellisStates, kNever);
  paths[start] = 0;
  for (const TrellisLatent& latent : latents) {
    std::vector<std::int64_t> next(kTrellisStates, kNever);
    const int centre = latent.residual_q8 / (2 * kStepQ8 * kTrellisStep);
    for (int state = 0; state < kTrellisStates; ++state) {
      for (int reach = -6; reach <= 6; ++reach) {
        const int value = (trellis_mirrors(state) ? -centre : centre) + reach;
        const int point = trellis_point(value) * kTrellisStep;
        const std::int64_t cost =
            paths[state] +
            price(tables, latent, value, trellis_mirrors(state) ? -point : point, weight);
        std::int64_t& least = next[trellis_next(state, value)];
        least = std::min(least, cost);
      }
    }
    paths = next;
  }
  return *std::min_element(paths.begin(), paths.end());
}

std::vector<TrellisLatent> random_latents(int count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<TrellisLatent> latents;
  for (int i = 0; i < count; ++i) {
    const int index = std::uniform_int_distribution<int>(1, 50)(random);
    const double sigma = testing::sigma_of(index);
    const double value = std::normal_distribution<double>(0, sigma)(random);
    latents.push_back({static_cast<std::int32_t>(value * 256), static_cast<std::uint8_t>(index)});
  }
  return latents;
}

TEST_CASE("the path is the cheapest one, by every level's kernels") {
  const CdfTables tables = testing::gaussian_tables_with_trellis();
  on_every_level([&] {
    for (const int weight : {1, 16, 60}) {
      for (const int count : {1, 2, 7, 255, 256, 257, 700}) {
        for (const int state : {0, 1, 22, 31}) {
          const auto latents = random_latents(count, static_cast<unsigned>(count * 7 + state));
          std::vector<std::int32_t> values(latents.size());
          TrellisSearch(tables, weight).choose(latents, state, values);
          const std::int64_t cost = cost_of(tables, latents, state, values, weight);
          const std::int64_t least = least_cost(tables, latents, state, weight);
          // The search looks at two values a branch only: now and then a third would do better.
          CHECK(cost >= least);
          CHECK(static_cast<double>(cost) <= static_cast<double>(least) * 1.002);
        }
      }
    }
  });
}

TEST_CASE("a search after a longer one is not disturbed by it") {
  const CdfTables tables = testing::gaussian_tables_with_trellis();
  const auto longer = random_latents(900, 1), shorter = random_latents(300, 2);
  std::vector<std::int32_t> unused(longer.size()), again(shorter.size()), fresh(shorter.size());
  TrellisSearch search(tables, 16);
  search.choose(longer, 0, unused);
  search.choose(shorter, 5, again);
  TrellisSearch(tables, 16).choose(shorter, 5, fresh);
  CHECK(again == fresh);
}

TEST_CASE("at most latents' scales the trellis costs less than one quantiser") {
  const CdfTables tables = testing::gaussian_tables_with_trellis();
  constexpr int kWeight = 30;  // what high-rate theory says
  for (const int index : {16, 20, 26, 32, 38}) {
    std::mt19937 random(3);
    std::normal_distribution<double> gaussian(0, testing::sigma_of(index));
    std::vector<TrellisLatent> latents;
    for (int i = 0; i < 4000; ++i)
      latents.push_back(
          {static_cast<std::int32_t>(gaussian(random) * 256), static_cast<std::uint8_t>(index)});
    std::vector<std::int32_t> values(latents.size());
    TrellisSearch(tables, kWeight).choose(latents, 0, values);
    const std::int64_t trellis = cost_of(tables, latents, 0, values, kWeight);
    std::int64_t scalar = 0;
    for (const TrellisLatent& latent : latents) {
      const int value = choose_value(tables, index, latent.residual_q8, 0, kWeight);
      const std::int64_t error = latent.residual_q8 - 256 * value;
      scalar += error * error + kWeight * tables.cost_q8(index, value);
    }
    CAPTURE(index);
    CHECK(trellis < scalar);
  }
}

TEST_CASE("the furthest residuals are coded as near as any") {
  const CdfTables tables = testing::gaussian_tables_with_trellis();
  for (const std::int32_t residual : {(1 << 24) - 1, -(1 << 24) + 1}) {
    const std::vector<TrellisLatent> latents(9, {residual, 1});
    std::vector<std::int32_t> values(latents.size());
    TrellisSearch(tables, 16).choose(latents, 0, values);
    Dequantiser dequantiser(Quantisation::kTrellis);
    for (const std::int32_t value : values)
      CHECK(std::abs(residual - kStepQ8 * dequantiser.offset(value)) <= 4 * kStepQ8 * kTrellisStep);
  }
}

}  // namespace
}  // namespace vaecomp
