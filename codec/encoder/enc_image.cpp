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
#include "codec/encoder/true_cost.h"
#include "codec/refine/refine_latents.h"

namespace vaecomp {
namespace {

// Of the bytes by refining, and the number of heavier weights that are tried to keep to it; a
// step of one takes about 0.6 % of the bytes, larger ones would let the next effort be the larger
// file.
constexpr double kMostGrowth = 1.005;
constexpr int kHeavierWeights = 8;

struct Candidate {
  EncodedLatents coded;
  double cost;  // bits, and the squared error of what the filter leaves, by lambda; 0 if it is the
                // only one
};

// Of symbols and filter.
double bytes_of(const EncodedLatents& coded) {
  const std::size_t filter = coded.filter.classes > 0 ? write_pixel_filter(coded.filter).size() : 0;
  return static_cast<double>(coded.payload.size() + filter);
}

// The share of the whole work that comes before refining, which takes about as long as an
// iteration.
double share_before_refining(int effort) {
  return 1.0 / (1.0 + effort_row(effort).refining_iterations);
}

}  // namespace

Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      int effort, bool with_checks, ThreadPool& pool,
                                      const StageProgress& progress) {
  const double share = share_before_refining(effort);
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
  const int channels = model.coded_channels(quality);
  const Effort row = effort_row(effort);
  const double before = share_before_refining(effort);
  const bool refines = row.refining_iterations > 0;

  // One weight needs no judge.
  const Quantisation quantisation = model.quantisation();
  Rounding rounding{row.rate_weights.front(), quantisation};
  if (row.rate_weights.size() > 1) {
    rounding =
        Judge(model, image, quality, pool).best(latents, row.rate_weights, quantisation).rounding;
  }
  if (auto go_on = progress.reached(0.85 * before); !go_on) return go_on.error();

  const auto coded = [&](const Rounding& chosen) {
    DecodedChecks checks;
    FilterTiles tiles(model, image, quality, pool);
    std::vector<DecodedSink*> sinks = {&tiles};
    if (with_checks) sinks.push_back(&checks);
    std::optional<TrueCost> cost;
    if (refines) sinks.push_back(&cost.emplace(model, image, quality, pool, channels));
    DecodedSinks all(std::move(sinks));
    Bytes payload = encode_symbols(model, latents, grid, quality, chosen, pool, &all);
    const FittedFilter filter = tiles.best();
    const double pixels = static_cast<double>(image.width) * image.height;
    const double bits = cost ? cost->of(payload.size()) * pixels - filter.saved : 0;
    return Candidate{
        {std::move(payload), std::move(checks.checks()), quantisation, filter.filter, filter.left},
        bits};
  };
  Candidate unrefined = coded(rounding);
  if (!refines) return std::move(unrefined.coded);

  const Result<TwinModel> twin = TwinModel::build(model, quality);
  if (!twin) return twin.error();
  const auto refined = [&](double share) {
    return progress.reached(before + (0.98 - before) * share);
  };
  const RefineOptions options{.iterations = row.refining_iterations,
                              .rate_weight = row.refined_weight};
  if (auto done = refine_latents(*twin, image, options, latents, pool, refined); !done)
    return done.error();
  // Where the judge has chosen a heavy weight, refined latents are the larger ones. A heavier
  // weight for them, too, costs hardly anything, and effort does not buy quality with bytes.
  int weight = row.refined_weight;
  Candidate better = coded({weight, quantisation});
  const auto grew = [&] {
    return bytes_of(better.coded) > kMostGrowth * bytes_of(unrefined.coded);
  };
  for (int i = 0; i < kHeavierWeights && grew(); ++i) {
    ++weight;
    better = coded({weight, quantisation});
  }
  return std::move((better.cost < unrefined.cost ? better : unrefined).coded);
}

}  // namespace vaecomp
