// Roundings of VC-29 and the encoder's choice of values.
#include "codec/encoder/choose_value.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "codec/prior/hyper_prior.h"
#include "codec/prior/scale_index.h"
#include "tests/unit/entropy/gaussian_tables.h"

namespace vaecomp {
namespace {

TEST_CASE("VC-29: scale indices round to the nearest, halves up, and are clipped") {
  CHECK(scale_index(-32768) == 0);
  CHECK(scale_index(-9) == 0);
  CHECK(scale_index(0) == 0);
  CHECK(scale_index(7) == 0);
  CHECK(scale_index(8) == 1);
  CHECK(scale_index(23) == 1);
  CHECK(scale_index(24) == 2);
  CHECK(scale_index(16 * 63 - 9) == 62);
  CHECK(scale_index(16 * 63 - 8) == 63);
  CHECK(scale_index(16 * 63 + 8) == 63);
  CHECK(scale_index(32767) == 63);
}

TEST_CASE("VC-29: latents are clipped to int16") {
  CHECK(decoded_latent(0, -32768) == -32768);
  CHECK(decoded_latent(3, -5) == 43);
  CHECK(decoded_latent(-3, 5) == -43);
  CHECK(decoded_latent(2047, 15) == 32767);
  CHECK(decoded_latent(2048, 0) == 32767);
  CHECK(decoded_latent(-2048, 0) == -32768);
  CHECK(decoded_latent(-2048, -1) == -32768);
  CHECK(decoded_latent(kMaxRadius + 65535, 32767) == 32767);
  CHECK(decoded_latent(-kMaxRadius - 65535, -32768) == -32768);
}

TEST_CASE("the nearest value, halves up") {
  const CdfTables tables = testing::gaussian_tables();
  for (int mean : {0, 1, -1, 8, 777, -778, 32767, -32768}) {
    for (int y = -100000; y <= 100000; y += 7) {
      const int v = choose_value(tables, 40, y + 16 * mean, mean, {});
      const double ideal = std::floor(y / 256.0 + 0.5);
      if (std::abs(ideal * 16 + mean) < 32000) REQUIRE(v == ideal);
    }
  }
  CHECK(choose_value(tables, 1, 127, 0, {}) == 0);
  CHECK(choose_value(tables, 1, 128, 0, {}) == 1);
  CHECK(choose_value(tables, 1, -128, 0, {}) == 0);
  CHECK(choose_value(tables, 1, -129, 0, {}) == -1);
}

TEST_CASE("values stay where the clip of VC-29 does nothing") {
  const CdfTables tables = testing::gaussian_tables();
  constexpr int kLow = std::numeric_limits<std::int32_t>::min();
  constexpr int kHigh = std::numeric_limits<std::int32_t>::max();
  for (int mean = -32768; mean <= 32767; ++mean) {
    for (int weight : {0, 30}) {
      for (int i : {1, 63}) {
        const int low = choose_value(tables, i, kLow, mean, {weight});
        const int high = choose_value(tables, i, kHigh, mean, {weight});
        REQUIRE(low <= 0);
        REQUIRE(high >= 0);
        REQUIRE(16 * low + mean >= -32768);
        REQUIRE(16 * high + mean <= 32767);
        REQUIRE(16 * (low - 1) + mean < -32768);  // nor any tighter than it must be
        REQUIRE(16 * (high + 1) + mean > 32767);
      }
    }
  }
}

TEST_CASE("a weight on the rate minimises error plus weighted cost over the two candidates") {
  const CdfTables tables = testing::gaussian_tables();
  int moved = 0, ties = 0;
  for (int weight : {1, 10, 30, 100, 512}) {
    for (int i : {2, 10, 20, 30, 45}) {
      for (int residual = -1500; residual <= 1500; ++residual) {
        const int mean = 37;
        const int y = residual + 16 * mean;
        const int nearest = choose_value(tables, i, y, mean, {});
        const int chosen = choose_value(tables, i, y, mean, {weight});
        const auto score = [&](int v) {
          const int error = residual - 256 * v;
          return error * error + weight * tables.cost_q8(i, v);
        };
        const int nearer_zero = nearest - (nearest > 0) + (nearest < 0);
        REQUIRE((chosen == nearest || chosen == nearer_zero));
        REQUIRE(score(chosen) == std::min(score(nearest), score(nearer_zero)));
        moved += chosen != nearest;
        if (nearest != nearer_zero && score(nearest) == score(nearer_zero)) {
          REQUIRE(chosen == nearest);
          ++ties;
        }
      }
    }
  }
  CHECK(moved > 0);
  CHECK(ties > 0);
}

TEST_CASE("VM-26: the hyper prior's shape and range") {
  std::vector<std::int16_t> means(kQualities * 3);
  std::vector<std::uint8_t> indices(kQualities * 3, 63);
  means[3 * 100 + 2] = -77;
  indices[3 * 7 + 1] = 5;
  const auto prior = HyperPrior::build(means, indices, 3);
  REQUIRE(prior.has_value());
  CHECK(prior->channels() == 3);
  CHECK(prior->mean(100, 2) == -77);
  CHECK(prior->scale_index(7, 1) == 5);
  CHECK(prior->scale_index(100, 2) == 63);

  const auto refused = [&](int channels) {
    const auto result = HyperPrior::build(means, indices, channels);
    return !result && result.error().rule == "VM-26";
  };
  CHECK(refused(2));
  CHECK(refused(4));
  CHECK(refused(0));
  CHECK(refused(-3));
  indices[9] = 64;
  CHECK(refused(3));
  indices[9] = 0;
  indices.pop_back();
  CHECK(refused(3));
}

}  // namespace
}  // namespace vaecomp
