// Soft rounding, the rate of tables, and the encoder's objective against finite differences.
#include "codec/refine/region_loss.h"

#include <doctest/doctest.h>

#include <cmath>

#include "codec/refine/table_rate.h"
#include "support/files.h"
#include "support/pictures.h"
#include "tests/unit/entropy/gaussian_tables.h"

namespace vaecomp {
namespace {

TEST_CASE("soft rounding mixes the two neighbours, hardens when cold, and knows its slope") {
  const SoftRounding hard{.temperature = 0.0f};
  CHECK(hard(2.3f, 0).below + hard(2.3f, 0).weight == 2.0f);
  CHECK(hard(-0.6f, 0).below + hard(-0.6f, 0).weight == -1.0f);
  double warm_blur = 0, cold_blur = 0, mean = 0;
  for (std::uint32_t n = 0; n < 2000; ++n) {
    const float value = static_cast<float>(n) / 100.0f - 10.0f;
    const SoftRounding warm{.temperature = 0.5f, .seed = 3}, cold{.temperature = 0.1f, .seed = 3};
    const auto w = warm(value, n);
    REQUIRE(w.below == std::floor(value));
    REQUIRE(w.weight >= 0.0f);
    REQUIRE(w.weight <= 1.0f);
    REQUIRE(w.slope >= 0.0f);
    warm_blur += w.weight * (1 - w.weight);
    cold_blur += cold(value, n).weight * (1 - cold(value, n).weight);
    mean += w.below + w.weight - value;
    const float fraction = value - w.below;
    if (fraction > 0.01f && fraction < 0.98f) {
      const float step = 0.002f;
      const float measured =
          (warm(value + step, n).weight - warm(value - step, n).weight) / (2 * step);
      REQUIRE(measured == doctest::Approx(w.slope).epsilon(0.02).scale(0.1));
    }
  }
  CHECK(cold_blur < 0.3 * warm_blur);
  CHECK(std::abs(mean / 2000) < 0.02);
}

TEST_CASE("the rate is the tables' cost at integers and linear between") {
  const CdfTables tables = testing::gaussian_tables();
  for (int index : {1, 7, 30, 62, 63}) {
    for (int v : {-5000, -40, -1, 0, 1, 3, 2000}) {
      const SoftRounding::Mixture at{static_cast<float>(v), 0.0f, 0.0f};
      const int kept = std::clamp(v, -4095, 4094);
      CHECK(table_rate(tables, static_cast<float>(index), at).bits ==
            doctest::Approx(tables.cost_q8(index, kept) / 256.0));
    }
  }
  const SoftRounding::Mixture half{1.0f, 0.5f, 0.0f};
  const Rate rate = table_rate(tables, 20.25f, half);
  const auto bits = [&](int i, int v) { return tables.cost_q8(i, v) / 256.0; };
  const double narrow = (bits(20, 1) + bits(20, 2)) / 2, wide = (bits(21, 1) + bits(21, 2)) / 2;
  CHECK(rate.bits == doctest::Approx(0.75 * narrow + 0.25 * wide));
  CHECK(rate.by_index == doctest::Approx(wide - narrow));
  CHECK(rate.by_value ==
        doctest::Approx(0.75 * (bits(20, 2) - bits(20, 1)) + 0.25 * (bits(21, 2) - bits(21, 1))));
}

FloatTensor random_tensor(int height, int width, int channels, std::uint32_t seed) {
  test::Random random(seed);
  FloatTensor tensor(height, width, channels);
  for (float& v : tensor.values) v = static_cast<float>(random.below(6001) - 3000) / 1000.0f;
  return tensor;
}

// The loss over a line through `latents`: slopes in single latents by the gradient against
// differences.
void check_slopes(const Image& image, int quality, bool of_y) {
  const Model::Impl& model = test::scalar_model().impl();
  const Result<TwinModel> twin = TwinModel::build(model, quality);
  REQUIRE(twin.has_value());
  ThreadPool pool(2);
  const Rectangle region{0, 0, 5, 6}, free{0, 0, 4, 6};
  RegionLoss loss(*twin, image.view(), region, free, pool);
  const FloatLatents latents{random_tensor(5, 6, model.latent_channels(), 1),
                             random_tensor(2, 2, model.hyper_channels(), 2)};
  const SoftRounding rounding{.temperature = 0.6f, .seed = 5};
  FloatLatents gradient, unused;
  const double value = loss.evaluate(latents, rounding, gradient);
  const double blur = 3e-7 * value;  // what a difference of two float losses can tell

  const FloatTensor& slopes = of_y ? gradient.y : gradient.z;
  const std::size_t row = slopes.row_size();
  for (std::size_t i = row * (of_y ? 4 : 1); of_y && i < slopes.values.size(); ++i)
    REQUIRE(slopes.values[i] == 0.0f);

  // Single slopes jump where a value crosses an integer or a relu switches; most agree, and so does
  // their sum.
  int close = 0, tried = 0;
  test::Random random(8);
  for (int n = 0; n < 60; ++n) {
    const std::size_t i = random.below(static_cast<int>(of_y ? row * 4 : row));
    if (std::abs(slopes.values[i]) < 10 * blur) continue;
    static constexpr float kStep = 0.004f;
    double sides[2];
    for (int side = 0; side < 2; ++side) {
      FloatLatents moved = latents;
      (of_y ? moved.y : moved.z).values[i] += side == 0 ? -kStep : kStep;
      sides[side] = loss.evaluate(moved, rounding, unused);
    }
    const double measured = (sides[1] - sides[0]) / (2 * double{kStep});
    ++tried;
    close += std::abs(measured - slopes.values[i]) < 0.05 * std::abs(slopes.values[i]) + blur;
  }
  REQUIRE(tried >= 10);
  CHECK(close >= (of_y ? 0.9 : 0.75) * tried);  // a hyper latent moves every prior around it
}

TEST_CASE("the objective's gradient in latents and hyper latents, colour and grey") {
  check_slopes(test::picture(90, 75, 3), 0, true);
  check_slopes(test::picture(90, 75, 3), 15, true);
  check_slopes(test::picture(90, 75, 1), 30, true);
  check_slopes(test::picture(90, 75, 3), 0, false);
  check_slopes(test::picture(90, 75, 1), 15, false);
}

}  // namespace
}  // namespace vaecomp
