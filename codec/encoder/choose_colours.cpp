// Two promises. Detail that is on another axis than grey may be turned onto it. And much detail
// that is not grey at all, as noise and coloured letters have it, is lost below the qualities that
// have detail latents: so the networks see a fainter picture at a quality that has them, where an
// error counts so much more that the weights of rate and distortion are those that were asked for.
#include "codec/encoder/choose_colours.h"

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "codec/decoder/grid.h"
#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_analysis.h"
#include "codec/encoder/enc_symbols.h"
#include "codec/encoder/principal_axes.h"
#include "codec/encoder/true_cost.h"
#include "codec/encoder/turn_colours.h"

namespace vaecomp {
namespace {

// A choice between two ways that cost about the same is not worth the bytes.
constexpr double kLeastGain = 0.01;
// What there has to be off the grey axis, in the mean squared errors that a quality allows, for
// detail latents to be worth a trial.
constexpr double kLeastDetail = 4.5;

// Turned colours, and the quality of their stream.
struct Way {
  FoundTurn turn;
  int quality;
};

// The least quality whose weight makes up for errors that count scale^2 as much, or the highest.
int quality_for(const Model::Impl& model, int quality, double scale) {
  const double wanted = model.lambda[quality];
  while (quality < kQualities - 1 && model.lambda[quality] * scale * scale < wanted) ++quality;
  return quality;
}

// The least quality with all of the model's latents.
int finest_latents_from(const Model::Impl& model) {
  int quality = kQualities - 1;
  while (quality > 0 && model.coded_channels(quality - 1) == model.coded_channels(kQualities - 1))
    --quality;
  return quality;
}

std::vector<Way> promising_ways(const Model::Impl& model, ImageView image, int quality) {
  std::vector<Way> ways;
  if (image.channels != 3) return ways;
  const PrincipalAxes axes = principal_axes(image);
  const std::optional<FoundTurn> turn = find_turn(axes, image);
  if (turn) ways.push_back({*turn, quality_for(model, quality, turn->scale)});

  const int finest = finest_latents_from(model);
  const double weight = model.lambda[quality];
  if (quality >= finest || detail_off_grey(axes) * weight < kLeastDetail) return ways;
  const double scale = std::sqrt(weight / model.lambda[finest]);
  ways.push_back({fainter({}, scale), finest});
  if (turn && ways.front().quality < finest) ways.push_back({fainter(*turn, scale), finest});
  return ways;
}

struct Priced {
  LearnedPicture picture;
  double cost = 0, squared_error = 0;  // bits; of 255^2, all samples together
};

// Errors are those of `original`, to which colours are turned back, and weigh lambda.
Result<Priced> priced(const Model::Impl& model, ImageView original, LearnedPicture picture,
                      double lambda, ThreadPool& pool, const StageProgress& progress) {
  if (!picture.latents) {
    Result<PictureLatents> latents =
        analyse(model, picture.image, picture.quality, pool, progress.part(0, 0.6));
    if (!latents) return latents.error();
    picture.latents = *std::move(latents);
  }
  TrueCost cost(model, original, picture.quality, pool, model.coded_channels(picture.quality),
                picture.turn);
  const Bytes payload =
      encode_symbols(model, *picture.latents, Grid(original.width, original.height),
                     picture.quality, {kUsualWeight, model.quantisation()}, pool, &cost);
  const auto error = static_cast<double>(cost.squared_error());
  if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
  return Priced{std::move(picture), 8.0 * static_cast<double>(payload.size()) + lambda * error,
                error};
}

}  // namespace

Result<LearnedPicture> choose_colours(const Model::Impl& model, LearnedPicture plain,
                                      ThreadPool& pool, const StageProgress& progress,
                                      Image& storage) {
  const ImageView image = plain.image;
  const double weight = model.lambda[plain.quality], lambda = weight / image.channels;
  const std::vector<Way> ways = promising_ways(model, image, plain.quality);
  if (ways.empty()) return plain;
  const double share = 1.0 / static_cast<double>(ways.size() + 1);
  Result<Priced> as_is =
      priced(model, image, std::move(plain), lambda, pool, progress.part(0, share));
  if (!as_is) return as_is.error();
  const double error_as_is = as_is->squared_error;
  double bound = (1 - kLeastGain) * as_is->cost;
  LearnedPicture best = std::move(as_is->picture);
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const Way& way = ways[i];
    Image colours;
    LearnedPicture other = {.image = turned(image, way.turn.back, colours),
                            .quality = way.quality,
                            .turn = way.turn.back};
    const double begin = share * static_cast<double>(i + 1);
    Result<Priced> moved =
        priced(model, image, std::move(other), lambda, pool, progress.part(begin, begin + share));
    if (!moved) return moved.error();
    // Where no quality is high enough the turned picture has to be as good all the same.
    const double scale = way.turn.scale;
    const bool in_reach = model.lambda[way.quality] * scale * scale >= 0.99 * weight;
    if (!in_reach && moved->squared_error > error_as_is) continue;
    if (moved->cost >= bound) continue;
    bound = moved->cost;
    best = std::move(moved->picture);
    storage = std::move(colours);
  }
  return best;
}

}  // namespace vaecomp
