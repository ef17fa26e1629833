// encode_to: which qualities and weights of rate are tried on the way to a target.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "codec/api/call_guard.h"
#include "codec/encoder/coded_colour.h"
#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_image.h"
#include "codec/encoder/encode_call.h"
#include "codec/encoder/verify_stream.h"
#include "codec/target/enc_trials.h"
#include "codec/target/target_search.h"

namespace vaecomp {
namespace {

// A step of quality is 2 to 6 % of the size and 0.1 to 0.2 dB. Between two qualities the weight of
// rate in rounding decides (Rounding::rate_weight): photographs cost least, rate and distortion
// taken together, at about 16, and hardly more from 12 to 20.
constexpr int kWeight = kUsualWeight;
constexpr int kMaxWeight = 96;  // 10 to 40 % of the size
constexpr int kRefinements = 3;

// The lowest quality at which the value reaches the goal at the usual weight, 101 if none does.
Result<int> find_quality(Trials& trials) {
  const Aim& aim = trials.aim();
  RisingSearch search({.low = 0, .high = kQualities - 1, .guess = 50, .slope = aim.quality_slope},
                      aim.goal);
  for (auto q = search.next(); q && !trials.has(aim.near); q = search.next()) {
    const Result<double> value = trials.value(*q, kWeight);
    if (!value) return value.error();
    search.tell(*q, *value);
  }
  return search.above();
}

// Tries weights low .. high at this quality until one is near the goal, beginning with `guess`.
Result<void> find_weight(Trials& trials, int quality, int low, int high, int guess) {
  const Aim& aim = trials.aim();
  // The value rises as the weight falls.
  RisingSearch search({.low = -high, .high = -low, .guess = -guess, .slope = aim.weight_slope},
                      aim.goal);
  for (auto x = search.next(); x && !trials.has(aim.near); x = search.next()) {
    const Result<double> value = trials.value(quality, -*x);
    if (!value) return value.error();
    search.tell(*x, *value);
  }
  return {};
}

// The search without refining.
Result<void> approach(Trials& trials) {
  const Result<int> above = find_quality(trials);
  if (!above) return above.error();
  if (*above >= kQualities) return find_weight(trials, kQualities - 1, 0, kWeight, kWeight);
  if (auto done = find_weight(trials, *above, kWeight, kMaxWeight, kWeight); !done) return done;
  if (trials.has(trials.aim().far) || *above == 0) return {};
  return find_weight(trials, *above - 1, 0, kWeight, kWeight);
}

// The search with refined latents, which need another quality, though not a very different one.
// Rate has been weighed already when they were refined.
Result<void> approach_refined(Trials& trials, int quality) {
  const Aim& aim = trials.aim();
  std::vector<int> tried;
  std::optional<int> above;
  for (int i = 0; i < kRefinements; ++i) {
    const Result<double> value = trials.value(quality, 0);
    if (!value) return value.error();
    tried.push_back(quality);
    if (trials.has(aim.far) && aim.stay_below) return {};
    if (*value >= aim.goal) above = std::min(quality, above.value_or(quality));
    const double steps = (aim.goal - *value) / aim.quality_slope;
    // Up until the goal is reached, down as long as it stays so: weights do the rest.
    const double wanted = quality + std::ceil(steps);
    const int next = static_cast<int>(std::clamp(wanted, 0.0, kQualities - 1.0));
    if (std::find(tried.begin(), tried.end(), next) != tried.end()) break;
    quality = next;
  }
  if (!above) return {};
  return find_weight(trials, *above, 0, kMaxWeight, 0);
}

Result<TargetedStream> aimed(const Model& model, ImageView image, const Target& target,
                             const EncodeOptions& options) {
  ThreadPool pool(thread_count(options.threads));
  const StageProgress progress(options.progress);
  const Result<std::vector<OwnedSection>> side_sections = write_side_sections(image, pool);
  if (!side_sections) return side_sections.error();
  Image storage;
  const ImageView coded = coded_colour(image, storage);
  Trials trials(model, image, coded, *side_sections, target, pool, progress);
  if (auto done = approach(trials); !done) return done.error();
  if (refining_iterations(model.impl(), options.effort) > 0) {
    const int quality = trials.best()->quality;
    trials.refine_from_now_on(options.effort);
    if (auto done = approach_refined(trials, quality); !done) return done.error();
    trials.settle();
  }

  const Trials::Trial& best = *trials.best();
  if (options.verify) {
    auto same = verify_stream(model.impl(), best.stream, image, row_checks(best.latents), pool);
    if (!same) return same.error();
  }
  if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
  return TargetedStream{.stream = best.stream,
                        .quality = best.quality,
                        .score = trials.aim().stay_below ? 0 : best.value,
                        .met = trials.aim().accepts(best.value)};
}

}  // namespace

Result<TargetedStream> encode_to(const Model& model, ImageView image, const Target& target,
                                 const EncodeOptions& options) {
  if (options.lossless)
    return Error{ErrorCode::kInvalidArgument, "a lossless picture has no target"};
  EncodeOptions checked = options;
  checked.quality = 0;
  if (auto valid = check_arguments(image, checked); !valid) return valid.error();
  if (const auto* score = std::get_if<ScoreTarget>(&target); score && !score->measure) {
    return Error{ErrorCode::kInvalidArgument, "a target score needs a measure"};
  }
  return guarded([&] { return aimed(model, image, target, options); });
}

}  // namespace vaecomp
