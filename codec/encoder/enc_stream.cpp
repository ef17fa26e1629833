// A picture goes through the networks (enc_image.h) but for what costs less as patches; or all of
// it lies in exact planes, as it is or nearly so. The ways are weighed against each other here.
#include "codec/encoder/enc_stream.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "codec/encoder/choose_colours.h"
#include "codec/encoder/coarser_alpha.h"
#include "codec/encoder/coded_colour.h"
#include "codec/encoder/enc_image.h"
#include "codec/encoder/enc_lossless.h"
#include "codec/encoder/enc_patches.h"
#include "codec/encoder/encode_call.h"
#include "codec/encoder/near_picture.h"
#include "codec/encoder/patch_plan.h"
#include "codec/encoder/verify_stream.h"

namespace vaecomp {
namespace {

// A lossy stream with so many bits a sample is of noise, or of a photograph at a high quality.
constexpr double kBitsOfNoise = 1;
// What a nearly exact picture has to save in place of a learned one, which looks smoother.
constexpr double kNearGain = 0.97;
// Turned colours may save this much of what the networks take.
constexpr double kMostTurned = 0.7;
// A sample has not yet the colours that serve much of a picture: estimates of scans are high. And
// those of smooth pictures as they are.
constexpr double kEstimateMargin = 1.35, kAsIsMargin = 1.5;

double bits(const Bytes& bytes) { return 8.0 * static_cast<double>(bytes.size()); }

// One picture on its way.
struct Job {
  const Model& model;
  const ImageView image, coded;  // coded: as coded_colour gives it
  const EncodeOptions& options;
  const std::vector<OwnedSection>& side_sections;
  ThreadPool& pool;

  // What a squared error of 1 (of 255) in a sample is worth.
  double error_bits() const { return model.impl().lambda[options.quality] / coded.channels; }
};

// A stream, and what the errors of its picture cost, about, in bits.
struct Costed {
  Bytes stream;
  double distortion = 0;

  double cost() const { return bits(stream) + distortion; }
};

// The lossy stream of these parts, whose latents are used up.
Result<Costed> encode_lossy(const Job& job, PictureParts parts, const StageProgress& progress) {
  const EncodeOptions& options = job.options;
  const Model::Impl& model = job.model.impl();
  LearnedPicture& learned = parts.learned;
  const Result<EncodedLatents> latents =
      learned.latents
          ? encode_analysed(model, learned.image, *std::move(learned.latents), learned.quality,
                            options.effort, options.verify, job.pool, progress)
          : encode_latents(model, learned.image, learned.quality, options.effort, options.verify,
                           job.pool, progress);
  if (!latents) return latents.error();
  StreamHeader header =
      stream_header(job.model, job.image, job.coded, learned.quality, latents->quantisation);
  if (parts.nearly_exact) header.flags |= kFlagNearlyExact;
  Bytes stream = assemble_stream(header, latents->payload, parts.patches, learned.turn,
                                 latents->filter, job.side_sections);
  if (options.verify) {
    const ImageView exact = parts.mask != nullptr ? parts.exact : job.coded;
    const Original original = {job.image,  exact,        latents->checks,
                               parts.mask, learned.turn, latents->filter};
    if (auto same = verify_stream(model, stream, original, job.pool); !same) return same.error();
  }
  return Costed{std::move(stream), latents->distortion};
}

// The same, the networks seeing whichever colours cost less.
Result<Costed> encode_coloured(const Job& job, PictureParts parts, const StageProgress& progress) {
  Image turned;
  Result<LearnedPicture> learned = choose_colours(job.model.impl(), std::move(parts.learned),
                                                  job.pool, progress.part(0, 0.3), turned);
  if (!learned) return learned.error();
  parts.learned = *std::move(learned);
  const bool compared = parts.learned.latents.has_value();
  return encode_lossy(job, std::move(parts), progress.part(compared ? 0.3 : 0, 1));
}

// All of a nearly exact picture as patches: beside the planes of its colours alpha has its own, and
// a list of values of its own.
Result<Costed> encode_covered(const Job& job, const NearPicture& near,
                              const StageProgress& progress) {
  const BlockMask all = BlockMask::whole(job.coded.width, job.coded.height);
  Image storage;
  PictureParts parts = split(job.coded, near.view(), job.options.quality, all, job.pool, storage);
  parts.nearly_exact = true;
  return encode_lossy(job, std::move(parts), progress);
}

// All of a picture in exact planes, which nothing but `near` moved.
Result<Costed> encode_planes(const Job& job, const NearPicture& near,
                             const StageProgress& progress) {
  const double distortion = job.error_bits() * static_cast<double>(near.squared_error());
  const auto quality = distortion > 0 ? std::optional(job.options.quality) : std::nullopt;
  if (quality && !is_opaque(job.image)) {
    Result<Costed> covered = encode_covered(job, near, progress);
    if (covered) covered->distortion = distortion;
    return covered;
  }
  Result<Bytes> stream =
      encode_exact(job.image, near.view(), quality, job.options.verify, job.pool, progress);
  if (!stream) return stream.error();
  return Costed{*std::move(stream), distortion};
}

// The lossless stream in place of a lossy one that is no smaller: gradients, tiny pictures, and
// nearly all that is coded at the highest qualities without being a photograph. Or the nearly exact
// stream in place of one that costs more: noise, and scans.
Result<Bytes> or_planes(const Job& job, Result<Costed> lossy, NearWays& ways,
                        const StageProgress& progress) {
  if (!lossy) return lossy.error();
  Bytes& stream = lossy->stream;
  if (ways.as_is() < kAsIsMargin * bits(stream)) {
    const NearPicture same(job.coded, job.error_bits(), {});
    Result<Costed> exact = encode_planes(job, same, progress.part(0, 0.5));
    if (!exact) return exact.error();
    if (exact->stream.size() <= stream.size()) return std::move(exact->stream);
  }
  const NearTrials trials = {.merged = ways.few_colours(),
                             .even = bits(stream) >= kBitsOfNoise * job.coded.samples.size()};
  if (!trials.merged && !trials.even) return std::move(stream);
  const double most = kNearGain * lossy->cost();
  const NearEstimate estimate = ways.best(trials);
  if (estimate.way.kind == NearWay::Kind::kAsIs || estimate.cost >= kEstimateMargin * most)
    return std::move(stream);
  Result<Costed> near =
      encode_planes(job, NearPicture(job.coded, job.error_bits(), estimate.way), progress);
  if (!near) return near.error();
  return std::move(near->cost() < most ? near->stream : stream);
}

// The cheapest of the networks alone, with patches over them, and exact planes alone. Costs are in
// bits, as PatchPlan has them.
Result<Bytes> encode_cheapest(const Job& job, const StageProgress& progress) {
  const int quality = job.options.quality;
  const Model::Impl& model = job.model.impl();
  PictureParts all_learned = {.learned = {.image = job.coded, .quality = quality}};
  if (job.options.learned_only) {
    Result<Costed> learned = encode_coloured(job, std::move(all_learned), progress);
    if (!learned) return learned.error();
    return std::move(learned->stream);
  }
  NearWays ways(job.coded, job.error_bits(), job.pool);
  if (candidate_blocks(model, job.coded, quality).count() == 0) {
    return or_planes(job, encode_coloured(job, std::move(all_learned), progress.part(0, 0.9)), ways,
                     progress.part(0.9, 1));
  }

  const NearPicture near(job.coded, job.error_bits(), ways.best({}).way);
  const BlockMask candidates = candidate_blocks(model, near.view(), quality);
  Result<PatchPlan> plan =
      plan_patches(model, job.coded, near, quality, candidates, job.pool, progress.part(0, 0.25));
  if (!plan) return plan.error();
  all_learned.learned.latents = std::move(plan->latents);
  if (plan->ways.empty()) {
    return or_planes(job, encode_coloured(job, std::move(all_learned), progress.part(0.25, 0.9)),
                     ways, progress.part(0.9, 1));
  }
  double side_bits = 0;
  for (const OwnedSection& section : job.side_sections) side_bits += bits(section.payload);

  std::optional<Costed> planes, patched;
  if (may_be_lossless(*plan)) {
    Result<Costed> exact = encode_planes(job, near, progress.part(0.25, 0.4));
    if (!exact) return exact.error();
    planes = *std::move(exact);
  }
  double least = plan->learned_cost + side_bits;
  if (planes) least = std::min(least, planes->cost());
  for (const PatchPlan::Way& way : plan->ways) {
    Image storage;
    PictureParts parts = split(job.coded, near.view(), quality, way.mask, job.pool, storage);
    parts.nearly_exact = near.differs(way.mask);
    // What the networks see costs something too.
    if (bits(parts.patches) + side_bits + way.distortion >= least) continue;
    const bool first = &way == &plan->ways.front();
    Result<Costed> lossy = encode_coloured(
        job, std::move(parts), first ? progress.part(0.4, 0.6) : progress.part(0.6, 0.7));
    if (!lossy) return lossy.error();
    lossy->distortion = way.distortion;
    if (lossy->cost() >= least) continue;
    least = lossy->cost();
    patched = *std::move(lossy);
  }
  std::optional<Costed> best = std::move(patched);
  if (!best && planes && planes->cost() <= least) best = std::move(planes);
  // A plan knows nothing of turned colours.
  const bool sure = best && (best->distortion == 0 ||
                             best->cost() < kMostTurned * (plan->learned_cost + side_bits));
  if (!sure) {
    Result<Costed> learned = encode_coloured(job, std::move(all_learned), progress.part(0.7, 0.9));
    if (!learned) return learned.error();
    if (!best || learned->cost() < best->cost()) best = *std::move(learned);
  }
  if (planes || best->distortion == 0) return std::move(best->stream);
  return or_planes(job, *std::move(best), ways, progress.part(0.9, 1));
}

}  // namespace

Result<Bytes> encode_stream(const Model& model, ImageView original, const EncodeOptions& options,
                            ThreadPool& pool, const StageProgress& progress) {
  if (options.lossless) return encode_lossless(original, options.verify, pool, progress);
  std::vector<std::uint16_t> alpha;
  const ImageView image = with_coarser_alpha(original, options.alpha_quality, alpha);
  const Result<std::vector<OwnedSection>> side_sections = write_side_sections(image, pool);
  if (!side_sections) return side_sections.error();
  Image storage;
  const Job job = {model, image, coded_colour(image, storage), options, *side_sections, pool};
  Result<Bytes> stream = encode_cheapest(job, progress);
  if (!stream) return stream;
  if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
  return stream;
}

}  // namespace vaecomp
