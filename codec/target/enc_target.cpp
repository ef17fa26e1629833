// encode_to: which qualities and weights of rate are tried on the way to a target.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "codec/api/call_guard.h"
#include "codec/encoder/choose_colours.h"
#include "codec/encoder/coarser_alpha.h"
#include "codec/encoder/coded_colour.h"
#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_image.h"
#include "codec/encoder/enc_lossless.h"
#include "codec/encoder/enc_patches.h"
#include "codec/encoder/encode_call.h"
#include "codec/encoder/patch_plan.h"
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
Result<void> approach_refined(Trials& trials, int quality, int weight) {
  const Aim& aim = trials.aim();
  std::vector<int> tried;
  std::optional<int> above;
  for (int i = 0; i < kRefinements; ++i) {
    const Result<double> value = trials.value(quality, weight);
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
  return find_weight(trials, *above, weight, kMaxWeight, weight);
}

// A search with and without refining.
Result<void> search(Trials& trials, int effort) {
  if (auto done = approach(trials); !done) return done;
  if (effort_row(effort).refining_iterations == 0) return {};
  const int quality = trials.best()->quality;
  trials.refine_from_now_on(effort);
  if (auto done = approach_refined(trials, quality, effort_row(effort).refined_weight); !done)
    return done;
  trials.settle();
  return {};
}

// Is `a`, made of other parts of the picture than `b`, better?
bool beats(const Trials& a, const Trials& b) {
  const Trials::Trial &here = *a.best(), &there = *b.best();
  const bool met = a.aim().accepts(here.value);
  if (met != b.aim().accepts(there.value)) return met;
  if (a.aim().stay_below) return a.squared_error(here) < b.squared_error(there);
  return here.stream.size() < there.stream.size();
}

// A picture on its way to a target.
struct Job {
  const Model& model;
  const ImageView image, coded;  // coded: as coded_colour gives it
  const std::vector<OwnedSection>& side_sections;
  const Target& target;
  const EncodeOptions& options;
  ThreadPool& pool;
};

// The same search with other parts.
Result<Trials> searched(const Job& job, const PictureParts& parts, const StageProgress& progress) {
  Trials trials(job.model, job.image, job.coded, parts, job.side_sections, job.target, job.pool,
                progress);
  if (auto done = search(trials, job.options.effort); !done) return done.error();
  return trials;
}

// The lossless stream, if that is better still.
std::optional<TargetedStream> lossless_instead(const Trials& trials, const Bytes& lossless) {
  const Trials::Trial& best = *trials.best();
  const bool size = trials.aim().stay_below;
  const double value = size ? std::log(static_cast<double>(lossless.size())) : Trials::kBestScore;
  const bool met = trials.aim().accepts(value);
  const bool better =
      size ? met : lossless.size() <= best.stream.size() || !trials.aim().accepts(best.value);
  if (!better) return std::nullopt;
  return TargetedStream{
      .stream = lossless, .quality = kQualities - 1, .score = size ? 0 : value, .met = met};
}

// The parts with the colours that cost less at this quality. Borrows from `storage`.
Result<PictureParts> coloured(const Job& job, PictureParts parts, int quality,
                              const StageProgress& progress, Image& storage) {
  parts.learned.quality = quality;
  Result<LearnedPicture> learned =
      choose_colours(job.model.impl(), std::move(parts.learned), job.pool, progress, storage);
  if (!learned) return learned.error();
  parts.learned = *std::move(learned);
  parts.learned.latents.reset();  // of one quality
  return parts;
}

Result<TargetedStream> aimed(const Model& model, ImageView original, const Target& target,
                             const EncodeOptions& options) {
  ThreadPool pool(thread_count(options.threads));
  std::vector<std::uint16_t> alpha;
  const ImageView image = with_coarser_alpha(original, options.alpha_quality, alpha);
  const StageProgress progress(options.progress);
  const Result<std::vector<OwnedSection>> side_sections = write_side_sections(image, pool);
  if (!side_sections) return side_sections.error();
  Image storage, turned, filled, filled_turned;
  const ImageView coded = coded_colour(image, storage);
  const Job job = {model, image, coded, *side_sections, target, options, pool};
  std::optional<Trials> trials;  // the best so far
  const auto attempt = [&](const PictureParts& parts, const StageProgress& part) -> Result<void> {
    Result<Trials> found = searched(job, parts, part);
    if (!found) return found.error();
    if (!trials || beats(*found, *trials)) trials.emplace(*std::move(found));
    return {};
  };

  // Where the networks alone reach the target it is decided what else pays, and the search begins
  // anew with it.
  const PictureParts plain = {.learned = {.image = coded}};
  if (auto done = attempt(plain, progress.part(0, 0.3)); !done) return done.error();
  const int quality = trials->best()->quality;
  const Result<PictureParts> other =
      coloured(job, plain, quality, progress.part(0.3, 0.35), turned);
  if (!other) return other.error();
  if (other->learned.turn.changes())
    if (auto done = attempt(*other, progress.part(0.35, 0.5)); !done) return done.error();
  PatchPlan plan;
  BlockMask candidates;
  if (!options.learned_only) candidates = candidate_blocks(model.impl(), coded, quality);
  if (candidates.count() > 0) {
    const NearPicture same(coded, 0, {});
    Result<PatchPlan> found =
        plan_patches(model.impl(), coded, same, quality, candidates, pool, progress.part(0.5, 0.6));
    if (!found) return found.error();
    plan = *std::move(found);
  }
  std::optional<PictureParts> patched;
  if (!plan.ways.empty()) {
    const BlockMask& mask = plan.ways.front().mask;
    Result<PictureParts> parts = coloured(job, split(coded, coded, quality, mask, pool, filled),
                                          quality, progress.part(0.6, 0.65), filled_turned);
    if (!parts) return parts.error();
    patched = *std::move(parts);
    if (auto done = attempt(*patched, progress.part(0.65, 1)); !done) return done.error();
  }
  if (may_be_lossless(plan)) {
    const Result<Bytes> lossless =
        encode_exact(image, coded, {}, options.verify, pool, progress.part(0.99, 1));
    if (!lossless) return lossless.error();
    if (auto instead = lossless_instead(*trials, *lossless)) return *std::move(instead);
  }

  const Trials::Trial& best = *trials->best();
  if (options.verify) {
    const RowChecks checks = row_checks(best.latents);
    const PictureParts& parts = trials->parts();
    const Original made_from = {image, coded, checks, parts.mask, parts.learned.turn, best.filter};
    if (auto same = verify_stream(model.impl(), best.stream, made_from, pool); !same)
      return same.error();
  }
  if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
  return TargetedStream{.stream = best.stream,
                        .quality = best.quality,
                        .score = trials->aim().stay_below ? 0 : best.value,
                        .met = trials->aim().accepts(best.value)};
}

}  // namespace

Result<TargetedStream> encode_to(const Model& model, ImageView image, const Target& target,
                                 const EncodeOptions& options) {
  return guarded([&]() -> Result<TargetedStream> {
    if (options.lossless)
      return Error{ErrorCode::kInvalidArgument, "a lossless picture has no target"};
    EncodeOptions checked = options;
    checked.quality = 0;
    if (auto valid = check_arguments(image, checked); !valid) return valid.error();
    if (const auto* score = std::get_if<ScoreTarget>(&target); score && !score->measure) {
      return Error{ErrorCode::kInvalidArgument, "a target score needs a measure"};
    }
    return aimed(model, image, target, options);
  });
}

}  // namespace vaecomp
