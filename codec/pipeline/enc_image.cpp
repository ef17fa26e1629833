// The encoder: read this file second. Pixels -> latents y and hyper latents z (float networks, the
// encoder's own business) -> symbols, with the same integer prior that the decoder will run, so
// that both sides hold equal tables.
#include "codec/pipeline/enc_image.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "codec/analysis/unshuffle.h"
#include "codec/image/pad.h"
#include "codec/pipeline/true_cost.h"
#include "codec/refine/refine_latents.h"

namespace vaecomp {
namespace {

constexpr int kHyperMultiple = kHyperStride / kLatentStride;  // latents per hyper latent, 4

// What 1/256 bit is worth when values are chosen (Rounding::rate_weight). Theory says 30, if errors
// were independent; they are not, since all go towards the prior's means, and the steps that follow
// lose context. Found on photographs.
constexpr int kRateWeight = 8;
constexpr int kSecondRateWeight = 4;  // serves where quality is high
constexpr int kSecondWeightEffort = 4;

LatentsQ8 to_q8(const FloatTensor& y) {
  // Far outside of what can be coded; keeps the conversion defined.
  static constexpr float kLimit = 1 << 22;
  LatentsQ8 out(y.height, y.width, y.channels);
  std::transform(y.values.begin(), y.values.end(), out.values.begin(), [](float v) {
    return static_cast<std::int32_t>(std::lrint(std::clamp(v * 256.0f, -kLimit, kLimit)));
  });
  return out;
}

// The latents with the detail latents behind them: zeros where the quality has none.
FloatTensor with_detail(const Model::Impl& model, ImageView image, FloatTensor y, int quality,
                        ThreadPool& pool) {
  const int base = y.channels, all = model.latent_channels();
  FloatTensor out(y.height, y.width, all), detail;
  const bool wanted = std::ranges::any_of(model.steps, [&](const ContextStep& step) {
    return step.first >= base && quality >= step.least_quality;
  });
  if (wanted) {
    FloatTensor blocks = unshuffled(padded_picture(image, kLatentStride), kLatentStride, pool);
    std::vector<FloatTensor> inputs;
    inputs.push_back(y);
    inputs.push_back(std::move(blocks));
    detail = model.detail_analysis->run(std::move(inputs), quality, pool);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(y.height) * y.width; ++i) {
    std::copy_n(&y.values[i * base], base, &out.values[i * all]);
    if (wanted)
      std::copy_n(&detail.values[i * detail.channels], detail.channels, &out.values[i * all + base]);
  }
  return out;
}

// Candidates for the same picture, judged by what they cost.
class Contest {
 public:
  Contest(const Model::Impl& model, ImageView image, const Grid& grid, int quality,
          ThreadPool& pool)
      : model_(model), image_(image), grid_(grid), quality_(quality), pool_(pool) {}

  // Codes a candidate and keeps it if, decoded, it costs less than the best so far.
  void enter(const FloatLatents& latents, int rate_weight) {
    EncodedLatents candidate = encode_symbols(model_, to_integers(latents), grid_, quality_,
                                              {.rate_weight = rate_weight}, pool_);
    const double cost = true_cost(model_, image_, candidate, quality_, pool_);
    if (cost < best_cost_) {
      best_cost_ = cost;
      best_ = std::move(candidate);
    }
  }

  EncodedLatents best() && { return std::move(best_); }

 private:
  const Model::Impl& model_;
  ImageView image_;
  const Grid& grid_;
  int quality_;
  ThreadPool& pool_;
  EncodedLatents best_;
  double best_cost_ = std::numeric_limits<double>::infinity();
};

}  // namespace

int refining_iterations(int effort) {
  switch (effort) {
    case 6:
      return 12;
    case 7:
      return 30;
    case 8:
      return 100;
    case 9:
      return 300;
    default:
      return 0;
  }
}

PictureLatents to_integers(const FloatLatents& latents) {
  return {to_q8(latents.y), to_q8(latents.z)};
}

Result<FloatLatents> analyse(const Model::Impl& model, ImageView image, int quality,
                             ThreadPool& pool, const StageProgress& progress) {
  FloatLatents latents;
  latents.y = model.analysis.run(padded_picture(image, kLatentStride), quality, pool);
  if (auto go_on = progress.reached(0.8); !go_on) return go_on.error();
  latents.z = model.hyper_analysis.run(padded(latents.y, kHyperMultiple), quality, pool);
  if (model.detail_analysis)
    latents.y = with_detail(model, image, std::move(latents.y), quality, pool);
  return latents;
}

Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      int effort, ThreadPool& pool, const StageProgress& progress) {
  const Grid grid(image.width, image.height);
  const int iterations = refining_iterations(effort);
  // The share of the whole work that comes before refining, which takes about as long as an
  // iteration.
  const double before = 1.0 / (1.0 + iterations);

  Result<FloatLatents> analysed =
      analyse(model, image, quality, pool, progress.part(0, 0.75 * before));
  if (!analysed) return analysed.error();
  FloatLatents& latents = *analysed;
  if (effort == kMinEffort)
    return encode_symbols(model, to_integers(latents), grid, quality, {}, pool);

  Contest contest(model, image, grid, quality, pool);
  contest.enter(latents, 0);
  if (auto go_on = progress.reached(0.75 * before); !go_on) return go_on.error();
  // Where the picture as a whole gains, values are chosen by rate and distortion.
  contest.enter(latents, kRateWeight);
  if (effort >= kSecondWeightEffort) contest.enter(latents, kSecondRateWeight);
  if (auto go_on = progress.reached(0.95 * before); !go_on) return go_on.error();

  if (iterations > 0) {
    const Result<TwinModel> twin = TwinModel::build(model, quality);
    if (!twin) return twin.error();
    const auto refined = [&](double share) {
      return progress.reached(before + (0.98 - before) * share);
    };
    const RefineOptions options{.iterations = iterations};
    if (auto done = refine_latents(*twin, image, options, latents, pool, refined); !done)
      return done.error();
    contest.enter(latents, 0);
  }
  return std::move(contest).best();
}

}  // namespace vaecomp
