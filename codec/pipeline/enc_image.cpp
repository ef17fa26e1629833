// The encoder: read this file second. Pixels -> latents y and hyper latents z (float networks, the
// encoder's own business) -> symbols, with the same integer prior that the decoder will run, so
// that both sides hold equal tables.
#include "codec/pipeline/enc_image.h"

#include <algorithm>
#include <limits>

#include "codec/pipeline/true_cost.h"
#include "codec/prior/scale_index.h"
#include "codec/refine/refine_latents.h"

namespace vaecomp {
namespace {

// What 1/256 bit is worth when values are chosen (Rounding::rate_weight). Theory says 30, if errors
// were independent; they are not, since all go towards the prior's means, and the steps that follow
// lose context. Found on photographs.
constexpr int kRateWeight = 10;
constexpr int kSecondRateWeight = 16;  // serves where quality is high
constexpr int kSecondWeightEffort = 4;

// Refining has moved latents against the prices of bits already: little is left to choose.
constexpr int kRefinedRateWeight = 4;

// Where refining starts: latents moved to where rounding gives what was chosen for them, since 30
// iterations alone get about as far as that choice. `chosen` in Q4.
void move_towards(const Tensor& chosen, LatentsQ8& latents) {
  constexpr int kReach = kLatentOne * 9 / 20;  // less than half a step
  for (std::size_t i = 0; i < latents.values.size(); ++i) {
    const int centre = chosen.values[i] * (kLatentOne >> kLatentFraction);
    latents.values[i] = std::clamp(latents.values[i], centre - kReach, centre + kReach);
  }
}

// Candidates for the same picture, judged by what they cost.
class Contest {
 public:
  Contest(const Model::Impl& model, ImageView image, const Grid& grid, int quality,
          ThreadPool& pool)
      : model_(model), image_(image), grid_(grid), quality_(quality), pool_(pool) {}

  // Codes a candidate and keeps it if, decoded, it costs less than the best so far.
  void enter(const PictureLatents& latents, int rate_weight) {
    EncodedLatents candidate =
        encode_symbols(model_, latents, grid_, quality_, {.rate_weight = rate_weight}, pool_);
    const double cost = true_cost(model_, image_, candidate, quality_, pool_);
    if (cost < best_cost_) {
      best_cost_ = cost;
      best_ = std::move(candidate);
    }
  }

  const EncodedLatents& best() const& { return best_; }
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

Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      int effort, ThreadPool& pool, const StageProgress& progress) {
  const Grid grid(image.width, image.height);
  const int iterations = refining_iterations(effort);
  // The share of the whole work that comes before refining, which takes about as long as an
  // iteration.
  const double before = 1.0 / (1.0 + iterations);

  Result<PictureLatents> analysed =
      analyse(model, image, quality, pool, progress.part(0, 0.75 * before));
  if (!analysed) return analysed.error();
  PictureLatents& latents = *analysed;
  if (effort == kMinEffort) return encode_symbols(model, latents, grid, quality, {}, pool);

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
    move_towards(contest.best().decoded, latents.y);
    const RefineOptions options{.iterations = iterations};
    if (auto done = refine_latents(*twin, image, options, latents, pool, refined); !done)
      return done.error();
    contest.enter(latents, 0);
    contest.enter(latents, kRefinedRateWeight);
  }
  return std::move(contest).best();
}

}  // namespace vaecomp
