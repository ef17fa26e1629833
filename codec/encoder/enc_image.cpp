// The encoder: read this file second. Pixels -> latents y and hyper latents z (float networks, the
// encoder's own business) -> symbols, with the same integer prior that the decoder will run, so
// that both sides hold equal tables.
#include "codec/encoder/enc_image.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_symbols.h"
#include "codec/encoder/filter_tiles.h"
#include "codec/encoder/judge.h"
#include "codec/prior/scale_index.h"
#include "codec/refine/refine_latents.h"

namespace vaecomp {
namespace {

// Refining has moved latents against the prices of bits already: little is left to choose.
constexpr int kRefinedWeights[] = {0, 4, 8};

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

}  // namespace

namespace {

// The share of the whole work that comes before refining, which takes about as long as an
// iteration.
double share_before_refining(const Model::Impl& model, int effort) {
  return 1.0 / (1.0 + refining_iterations(model, effort));
}

}  // namespace

int refining_iterations(const Model::Impl& model, int effort) {
  // Latents moved to where one quantiser is kind to them are of no use to the trellis, and it takes
  // about this many iterations to gain as much as the trellis does.
  constexpr int kWorthATrellis = 300;
  const int iterations = effort_row(effort).refining_iterations;
  const bool helps = model.quantisation() == Quantisation::kScalar || iterations >= kWorthATrellis;
  return helps ? iterations : 0;
}

Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      int effort, bool with_checks, ThreadPool& pool,
                                      const StageProgress& progress) {
  const double share = share_before_refining(model, effort);
  Result<PictureLatents> latents =
      analyse(model, image, quality, pool, progress.part(0, 0.6 * share));
  if (!latents) return latents.error();
  return encode_analysed(model, image, *std::move(latents), quality, effort, with_checks, pool,
                         progress);
}

Result<EncodedLatents> encode_analysed(const Model::Impl& model, ImageView image,
                                       PictureLatents latents, int quality, int effort,
                                       bool with_checks, ThreadPool& pool,
                                       const StageProgress& progress) {
  const Grid grid(image.width, image.height);
  const Effort row = effort_row(effort);
  const int iterations = refining_iterations(model, effort);
  const int channels = model.coded_channels(quality);
  const double before = share_before_refining(model, effort);

  const auto coded = [&](const Rounding& rounding) {
    DecodedChecks checks;
    FilterTiles tiles(model, image, quality, pool);
    std::vector<DecodedSink*> sinks = {&tiles};
    if (with_checks) sinks.push_back(&checks);
    DecodedSinks all(std::move(sinks));
    Bytes payload = encode_symbols(model, latents, grid, quality, rounding, pool, &all);
    return EncodedLatents{std::move(payload), std::move(checks.checks()), rounding.quantisation,
                          tiles.best()};
  };

  // One weight needs no judge.
  const bool judged = row.rate_weights.size() > 1;
  const std::optional<Judge> judge =
      judged ? std::optional<Judge>(std::in_place, model, image, quality, pool) : std::nullopt;
  const Rounding usual{row.rate_weights.front(), model.quantisation()};
  const Choice choice = judge ? judge->best(latents, row.rate_weights, usual.quantisation)
                              : Choice{.rounding = usual};
  if (auto go_on = progress.reached(0.85 * before); !go_on) return go_on.error();
  if (iterations == 0) return coded(choice.rounding);

  EncodedLatents unrefined = coded(choice.rounding);
  DecodedTensor start(grid.height, grid.width, channels);
  encode_symbols(model, latents, grid, quality,
                 {choice.rounding.rate_weight, Quantisation::kScalar}, pool, &start);
  const Result<TwinModel> twin = TwinModel::build(model, quality);
  if (!twin) return twin.error();
  const auto refined = [&](double share) {
    return progress.reached(before + (0.98 - before) * share);
  };
  LatentsQ8 y = unpacked(latents.y);
  move_towards(start.latents(), y);
  start.latents() = {};
  const RefineOptions options{.iterations = iterations};
  if (auto done = refine_latents(*twin, image, options, y, latents.z, pool, refined); !done)
    return done.error();
  pack(y, latents.y);
  y = {};
  const Choice after = judge->best(latents, kRefinedWeights, Quantisation::kScalar);
  if (after.cost >= choice.cost) return unrefined;
  return coded(after.rounding);
}

}  // namespace vaecomp
