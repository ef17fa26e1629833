// Coding, measuring, remembering.
#include "codec/target/enc_trials.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "codec/decoder/dec_image.h"
#include "codec/encoder/efforts.h"
#include "codec/encoder/encode_call.h"
#include "codec/encoder/filter_tiles.h"
#include "codec/refine/refine_latents.h"

namespace vaecomp {
namespace {

constexpr std::size_t kKeptLatents = 2;  // both sides of the goal

// Shares of the remaining work, so that progress rises whatever the number of trials will be.
constexpr double kShareOfTrial = 0.2;
constexpr double kShareOfRefining = 0.6;

}  // namespace

Aim::Aim(const Target& target) {
  if (const auto* size = std::get_if<SizeTarget>(&target)) {
    goal = std::log(static_cast<double>(size->bytes) + 0.5);  // between what fits and what does not
    stay_below = true;
    near = 0.005;
    far = 0.018;
    quality_slope = 0.035;
    weight_slope = 0.008;
  } else {
    goal = std::get<ScoreTarget>(target).score;
    near = 0.02;
    far = 0.1;
    quality_slope = 0.16;
    weight_slope = 0.03;
  }
}

Trials::Trials(const Model& model, ImageView image, ImageView coded, const PictureParts& parts,
               const std::vector<OwnedSection>& side_sections, const Target& target,
               ThreadPool& pool, const StageProgress& progress)
    : model_(model),
      image_(image),
      coded_(coded),
      parts_(parts),
      side_sections_(side_sections),
      target_(target),
      aim_(target),
      pool_(pool),
      progress_(progress),
      grid_(image.width, image.height) {
  if (parts.mask == nullptr) return;
  const StreamHeader header = stream_header(model, image, coded, 0, quantisation());
  const Section section = {.tag = kTagPatches, .offset = 0, .payload = parts.patches};
  patches_ = Patches::open(section, header, pool).value();  // just written
}

Result<double> Trials::value(int quality, int rate_weight) {
  const std::pair key(quality, rate_weight);
  if (const auto known = values_.find(key); known != values_.end()) return known->second;
  const Result<const PictureLatents*> found = latents(quality);
  if (!found) return found.error();
  DecodedTensor decoded(grid_.height, grid_.width, model_.impl().coded_channels(quality));
  FilterTiles tiles(model_.impl(), parts_.learned.image, quality, pool_);
  DecodedSinks sinks({&decoded, &tiles});
  const Rounding rounding{rate_weight, quantisation()};
  const Bytes payload =
      encode_symbols(model_.impl(), **found, grid_, quality, rounding, pool_, &sinks);
  const StreamHeader header = stream_header(model_, image_, coded_, quality, rounding.quantisation);
  Trial trial;
  trial.quality = quality;
  trial.latents = std::move(decoded.latents());
  const auto filter_by = [&](const PixelFilter& filter) {
    trial.filter = filter;
    trial.stream = assemble_stream(header, payload, parts_.patches, parts_.learned.turn, filter,
                                   side_sections_);
    trial.value = measure(trial);
  };
  filter_by(tiles.best().filter);
  // A filter is worth its bytes, but not if they are the ones too many.
  if (aim_.stay_below && trial.filter.classes > 0 && !aim_.accepts(trial.value)) filter_by({});
  values_[key] = trial.value;
  const double value = trial.value;
  if (beats(trial, best_)) best_ = std::move(trial);
  return value;
}

void Trials::refine_from_now_on(int effort) {
  refining_ = effort_row(effort);
  latents_.clear();
  values_.clear();
  unrefined_ = std::exchange(best_, std::nullopt);
}

bool Trials::has(double distance) const {
  return best_ && aim_.accepts(best_->value) && aim_.distance(best_->value) <= distance;
}

void Trials::settle() {
  if (unrefined_ && !has(aim_.far) && beats(*unrefined_, best_)) best_ = std::move(unrefined_);
}

// Analyses the picture for this quality, unless it is remembered.
Result<const PictureLatents*> Trials::latents(int quality) {
  if (const auto known = latents_.find(quality); known != latents_.end()) return &known->second;
  const bool refining = refining_.refining_iterations > 0;
  const StageProgress part = next_part(refining ? kShareOfRefining : kShareOfTrial);
  Result<PictureLatents> proposed = analyse(model_.impl(), parts_.learned.image, quality, pool_,
                                            part.part(0, refining ? 0.01 : 1));
  if (!proposed) return proposed.error();
  if (refining) {
    const Result<TwinModel> twin = TwinModel::build(model_.impl(), quality);
    if (!twin) return twin.error();
    const auto refined = [&](double share) { return part.reached(0.01 + 0.99 * share); };
    const RefineOptions options{.iterations = refining_.refining_iterations,
                                .rate_weight = refining_.refined_weight};
    auto done = refine_latents(*twin, parts_.learned.image, options, *proposed, pool_, refined);
    if (!done) return done.error();
  }
  const auto farther = [quality](const auto& a, const auto& b) {
    return std::abs(a.first - quality) < std::abs(b.first - quality);
  };
  if (latents_.size() >= kKeptLatents)
    latents_.erase(std::max_element(latents_.begin(), latents_.end(), farther));
  return &(latents_[quality] = *std::move(proposed));
}

Image Trials::decoded(const Trial& trial) const {
  const Progress unwatched;
  const StreamHeader header = stream_header(model_, image_, coded_, trial.quality, quantisation());
  const AfterNetworks after = {.filter = trial.filter,
                               .turn = parts_.learned.turn,
                               .patches = patches_ ? &*patches_ : nullptr};
  return synthesise(model_.impl(), trial.latents, after, header, pool_, StageProgress(unwatched))
      .value();
}

double Trials::squared_error(const Trial& trial) const {
  const Image image = decoded(trial);
  const int step = image.channels / coded_.channels;  // 3 of a neutral picture: they are equal
  const bool deep = coded_.depth() == 16;
  double sum = 0;
  const std::size_t samples = coded_.samples.size();
  for (std::size_t i = 0; i < samples; ++i) {
    const double error = deep ? (image.samples16[step * i] - coded_.samples16[i]) / 257.0
                              : image.samples[step * i] - coded_.samples[i];
    sum += error * error;
  }
  return sum;
}

double Trials::measure(const Trial& trial) const {
  const auto* aim = std::get_if<ScoreTarget>(&target_);
  if (aim == nullptr) return std::log(static_cast<double>(trial.stream.size()));
  Image image = decoded(trial);
  image.alpha.assign(image_.alpha.begin(), image_.alpha.end());
  return std::min(aim->measure(image), kBestScore);
}

bool Trials::beats(const Trial& trial, const std::optional<Trial>& other) const {
  if (!other) return true;
  const bool accepted = aim_.accepts(trial.value);
  if (accepted != aim_.accepts(other->value)) return accepted;
  const double here = aim_.distance(trial.value), there = aim_.distance(other->value);
  return here != there ? here < there : trial.stream.size() < other->stream.size();
}

StageProgress Trials::next_part(double share_of_the_rest) {
  const double begin = done_;
  done_ += (1 - done_) * share_of_the_rest;
  return progress_.part(begin, done_);
}

}  // namespace vaecomp
