// The encoder: read this file second. Pixels -> latents y and hyper latents z (float networks, the
// encoder's own business) -> symbols, with the same integer prior that the decoder will run, so
// that both sides hold equal tables.
#include "codec/pipeline/enc_image.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

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
// iterations alone get about as far as that choice. `chosen` in Q4, 0 in the channels that it does
// not have.
void move_towards(const Tensor& chosen, LatentsQ8& latents) {
  constexpr int kReach = kLatentOne * 9 / 20;  // less than half a step
  for (int y = 0; y < latents.height; ++y) {
    for (int x = 0; x < latents.width; ++x) {
      std::int32_t* values = latents.at(y, x);
      for (int c = 0; c < latents.channels; ++c) {
        const int decoded = c < chosen.channels ? chosen.at(y, x)[c] : 0;
        const int centre = decoded * (kLatentOne >> kLatentFraction);
        values[c] = std::clamp(values[c], centre - kReach, centre + kReach);
      }
    }
  }
}

// What becomes of a candidate.
struct Keep {
  bool checks = false;
  bool latents = false;  // where refining starts
};

// Candidates for the same picture, judged by what they cost.
class Contest {
 public:
  // Borrows all but `keep`.
  Contest(const Model::Impl& model, ImageView image, const Grid& grid, int quality,
          ThreadPool& pool, Keep keep)
      : model_(model),
        image_(image),
        grid_(grid),
        quality_(quality),
        channels_(model.coded_channels(quality)),
        pool_(pool),
        keep_(keep) {}

  // Codes a candidate and keeps it if, decoded, it costs less than the best so far.
  void enter(const PictureLatents& latents, int rate_weight) {
    TrueCost cost(model_, image_, quality_, pool_, channels_);
    DecodedChecks checks;
    DecodedTensor tensor(keep_.latents ? grid_.height : 0, grid_.width, channels_);
    std::vector<DecodedSink*> sinks{&cost};
    if (keep_.checks) sinks.push_back(&checks);
    if (keep_.latents) sinks.push_back(&tensor);
    DecodedSinks all(std::move(sinks));
    Bytes payload =
        encode_symbols(model_, latents, grid_, quality_, {.rate_weight = rate_weight}, pool_, &all);
    const double candidate_cost = cost.of(payload.size());
    if (candidate_cost >= best_cost_) return;
    best_cost_ = candidate_cost;
    best_ = {std::move(payload), std::move(checks.checks())};
    best_latents_ = std::move(tensor.latents());
  }

  EncodedLatents best() && { return std::move(best_); }

  // The best one's, if latents are kept; they are not kept from then on.
  Tensor take_latents() {
    keep_.latents = false;
    return std::exchange(best_latents_, {});
  }

 private:
  const Model::Impl& model_;
  const ImageView image_;
  const Grid& grid_;
  const int quality_, channels_;
  ThreadPool& pool_;
  Keep keep_;
  EncodedLatents best_;
  Tensor best_latents_;
  double best_cost_ = std::numeric_limits<double>::infinity();
};

EncodedLatents encode_rounded(const Model::Impl& model, const PictureLatents& latents,
                              const Grid& grid, int quality, bool with_checks, ThreadPool& pool) {
  DecodedChecks checks;
  Bytes payload =
      encode_symbols(model, latents, grid, quality, {}, pool, with_checks ? &checks : nullptr);
  return {std::move(payload), std::move(checks.checks())};
}

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
                                      int effort, bool with_checks, ThreadPool& pool,
                                      const StageProgress& progress) {
  const Grid grid(image.width, image.height);
  const int iterations = refining_iterations(effort);
  // The share of the whole work that comes before refining, which takes about as long as an
  // iteration.
  const double before = 1.0 / (1.0 + iterations);

  Result<PictureLatents> analysed =
      analyse(model, image, quality, pool, progress.part(0, 0.75 * before));
  if (!analysed) return analysed.error();
  PictureLatents& latents = *analysed;
  if (effort == kMinEffort) return encode_rounded(model, latents, grid, quality, with_checks, pool);

  Contest contest(model, image, grid, quality, pool,
                  {.checks = with_checks, .latents = iterations > 0});
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
    LatentsQ8 y = unpacked(latents.y);
    move_towards(contest.take_latents(), y);
    const RefineOptions options{.iterations = iterations};
    if (auto done = refine_latents(*twin, image, options, y, latents.z, pool, refined); !done)
      return done.error();
    pack(y, latents.y);
    y = {};
    contest.enter(latents, 0);
    contest.enter(latents, kRefinedRateWeight);
  }
  return std::move(contest).best();
}

}  // namespace vaecomp
