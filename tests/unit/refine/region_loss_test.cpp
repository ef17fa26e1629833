// The rate of tables, and the slope of the encoder's objective against finite differences.
#include "codec/refine/region_loss.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "codec/refine/table_rate.h"
#include "support/files.h"
#include "support/pictures.h"
#include "tests/unit/entropy/gaussian_tables.h"

namespace vaecomp {
namespace {

TEST_CASE("a value's rate is its tables' cost, mixed between scale indices") {
  const CdfTables tables = testing::gaussian_tables();
  const auto bits = [&](int i, int v) { return tables.cost_q8(i, v) / 256.0; };
  for (int index : {1, 7, 30, 62, 63}) {
    for (int v : {-5000, -40, -1, 0, 1, 3, 2000}) {
      const int kept = std::min(std::abs(v), 4095);
      const Rate rate = table_rate(tables, Quantisation::kScalar, static_cast<float>(index),
                                   static_cast<float>(v) + 0.3f);
      CHECK(rate.bits == doctest::Approx(bits(index, kept)));
    }
  }
  const Rate rate = table_rate(tables, Quantisation::kScalar, 20.25f, 2.1f);
  CHECK(rate.bits == doctest::Approx(0.75 * bits(20, 2) + 0.25 * bits(21, 2)));
  CHECK(rate.by_index == doctest::Approx(bits(21, 2) - bits(20, 2)));
}

TEST_CASE("the rate's slope over the offset is that of lines through values, over a step") {
  const CdfTables tables = testing::gaussian_tables();
  const auto slope = [&](float index, float offset) {
    return table_rate(tables, Quantisation::kScalar, index, offset).by_offset;
  };
  const auto bits = [&](int i, int v) { return tables.cost_q8(i, v) / 256.0; };
  CHECK(slope(20.0f, 0.0f) == 0.0f);
  CHECK(slope(20.0f, 1.5f) == doctest::Approx(bits(20, 2) - bits(20, 1)));
  CHECK(slope(20.0f, -1.5f) == doctest::Approx(bits(20, 1) - bits(20, 2)));
  CHECK(slope(20.25f, 2.0f) == doctest::Approx(0.75 * (bits(20, 3) - bits(20, 1)) / 2 +
                                               0.25 * (bits(21, 3) - bits(21, 1)) / 2));
  CHECK(std::isfinite(slope(20.0f, 1e9f)));
}

TEST_CASE("the value behind an offset, with either quantisation") {
  for (int v = -40; v <= 40; ++v) {
    CHECK(value_magnitude(Quantisation::kScalar, static_cast<float>(v) + 0.2f) == std::abs(v));
    for (const int sign : {1, -1}) {
      const int offset = sign * trellis_point(v) * kTrellisStep;  // Q4
      CHECK(value_magnitude(Quantisation::kTrellis, static_cast<float>(offset) / 16.0f + 0.2f) ==
            std::abs(v));
    }
  }
}

// In Q4, within 3 quantisation steps.
FloatTensor random_tensor(int height, int width, int channels, std::uint32_t seed) {
  test::Random random(seed);
  FloatTensor tensor(height, width, channels);
  for (float& v : tensor.values) v = static_cast<float>(random.below(97) - 48);
  return tensor;
}

// The means of all coded latents, each times its own slope, less: what latents that stay put cost
// by their means, which the objective itself shows in jumps only.
double cost_by_means(const TwinModel& twin, const FloatTensor& decoded, const FloatTensor& hyper,
                     const FloatTensor& own_slope, ThreadPool& pool) {
  TwinNetwork::Tape tape;
  const FloatTensor* const hyper_input[] = {&hyper};
  const FloatTensor wide = twin.hyper_synthesis.forward(hyper_input, tape, pool);
  FloatTensor features(decoded.height, decoded.width, wide.channels);
  for (int y = 0; y < features.height; ++y)
    std::copy_n(wide.row(y), features.row_size(), features.row(y));
  FloatTensor so_far(decoded.height, decoded.width, decoded.channels);
  double sum = 0;
  for (const std::size_t s : twin.exact->steps_at(twin.quality)) {
    const ContextStep& step = twin.exact->steps[s];
    const FloatTensor* const inputs[] = {&features, &so_far};
    const FloatTensor parameters = twin.context[s].forward(inputs, tape, pool);
    for (int y = 0; y < decoded.height; ++y) {
      for (int x = 0; x < decoded.width; ++x) {
        if (!step.covers(y, x)) continue;
        const float* means = parameters.row(y) + static_cast<std::size_t>(x) * parameters.channels;
        for (int c = 0; c < step.channels(); ++c) {
          const std::size_t at = y * decoded.row_size() +
                                 static_cast<std::size_t>(x) * decoded.channels + step.first + c;
          const bool coded = means[step.channels() + c] >= 8.0f;
          so_far.values[at] = coded ? decoded.values[at] : means[c];
          sum -= double{own_slope.values[at]} * means[c] / 16.0;
        }
      }
    }
  }
  return sum;
}

// Slopes in single latents against differences.
void check_slopes(const Image& image, int quality) {
  const Model::Impl& model = test::scalar_model().impl();
  const Result<TwinModel> twin = TwinModel::build(model, quality);
  REQUIRE(twin.has_value());
  ThreadPool pool(2);
  const Rectangle region{0, 0, 5, 6};
  RegionLoss loss(*twin, image.view(), pool);
  const FloatTensor decoded = random_tensor(5, 6, model.latent_channels(), 1);
  const FloatTensor hyper = random_tensor(2, 2, model.hyper_channels(), 2);
  const double value = loss.evaluate(region, decoded, hyper);
  const double blur = 3e-7 * value;  // what a difference of two float losses can tell
  const FloatTensor slopes = loss.other_slope(), own = loss.own_slope();

  // Single slopes jump where a value changes or a relu switches; most agree.
  int close = 0, tried = 0;
  test::Random random(8);
  for (int n = 0; n < 100; ++n) {
    const std::size_t i = random.below(static_cast<int>(slopes.values.size()));
    static constexpr float kStep = 0.02f;  // of a quantisation step
    if (std::abs(slopes.values[i]) * kStep < 5 * blur) continue;
    double sides[2];
    for (int side = 0; side < 2; ++side) {
      FloatTensor moved = decoded;
      moved.values[i] += 16.0f * (side == 0 ? -kStep : kStep);
      sides[side] =
          loss.evaluate(region, moved, hyper) + cost_by_means(*twin, moved, hyper, own, pool);
    }
    const double measured = (sides[1] - sides[0]) / (2 * double{kStep});
    ++tried;
    close += std::abs(measured - slopes.values[i]) < 0.1 * std::abs(slopes.values[i]);
  }
  REQUIRE(tried >= 10);
  CHECK(close >= 0.85 * tried);
}

TEST_CASE("the objective's slope beside a latent's own bits, colour and grey") {
  check_slopes(test::picture(90, 75, 3), 0);
  check_slopes(test::picture(90, 75, 3), 15);
  check_slopes(test::picture(90, 75, 1), 30);
}

}  // namespace
}  // namespace vaecomp
