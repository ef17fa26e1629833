// A picture goes through the networks (enc_image.h) but for what costs less as exact patches; or
// all of it is exact. The ways are weighed against each other here.
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
#include "codec/encoder/exact_estimate.h"
#include "codec/encoder/patch_plan.h"
#include "codec/encoder/verify_stream.h"

namespace vaecomp {
namespace {

double bits(const Bytes& bytes) { return 8.0 * static_cast<double>(bytes.size()); }

// One picture on its way.
struct Job {
  const Model& model;
  const ImageView image, coded;  // coded: as coded_colour gives it
  const EncodeOptions& options;
  const std::vector<OwnedSection>& side_sections;
  ThreadPool& pool;
};

// The lossy stream of these parts, whose latents are used up.
Result<Bytes> encode_lossy(const Job& job, PictureParts parts, const StageProgress& progress) {
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
  const StreamHeader header =
      stream_header(job.model, job.image, job.coded, learned.quality, latents->quantisation);
  Bytes stream = assemble_stream(header, latents->payload, parts.patches, learned.turn,
                                 latents->filter, job.side_sections);
  if (options.verify) {
    const Original original = {job.image,  job.coded,    latents->checks,
                               parts.mask, learned.turn, latents->filter};
    if (auto same = verify_stream(model, stream, original, job.pool); !same) return same.error();
  }
  return stream;
}

// The same, the networks seeing whichever colours cost less.
Result<Bytes> encode_coloured(const Job& job, PictureParts parts, const StageProgress& progress) {
  Image turned;
  Result<LearnedPicture> learned = choose_colours(job.model.impl(), std::move(parts.learned),
                                                  job.pool, progress.part(0, 0.3), turned);
  if (!learned) return learned.error();
  parts.learned = *std::move(learned);
  const bool compared = parts.learned.latents.has_value();
  return encode_lossy(job, std::move(parts), progress.part(compared ? 0.3 : 0, 1));
}

// The lossless stream in place of a lossy one that is no smaller: gradients, tiny pictures, and
// nearly all that is coded at the highest qualities without being a photograph.
Result<Bytes> or_exact(const Job& job, Result<Bytes> lossy, const StageProgress& progress) {
  if (!lossy || !may_be_exact_in(lossy->size(), job.coded, job.pool)) return lossy;
  Result<Bytes> exact = encode_exact(job.image, job.coded, job.options.verify, job.pool, progress);
  if (!exact || exact->size() <= lossy->size()) return exact;
  return lossy;
}

// The cheapest of the networks alone, with patches over them, and a lossless stream. Costs are in
// bits, as PatchPlan has them.
Result<Bytes> encode_cheapest(const Job& job, const StageProgress& progress) {
  const int quality = job.options.quality;
  PictureParts all_learned = {.learned = {.image = job.coded, .quality = quality}};
  if (job.options.learned_only) return encode_coloured(job, std::move(all_learned), progress);
  const BlockMask candidates = candidate_blocks(job.model.impl(), job.coded, quality);
  if (candidates.count() == 0) {
    return or_exact(job, encode_coloured(job, std::move(all_learned), progress.part(0, 0.9)),
                    progress.part(0.9, 1));
  }

  Result<PatchPlan> plan = plan_patches(job.model.impl(), job.coded, quality, candidates, job.pool,
                                        progress.part(0, 0.25));
  if (!plan) return plan.error();
  all_learned.learned.latents = std::move(plan->latents);
  if (plan->ways.empty()) {
    return or_exact(job, encode_coloured(job, std::move(all_learned), progress.part(0.25, 0.9)),
                    progress.part(0.9, 1));
  }
  double side_bits = 0;
  for (const OwnedSection& section : job.side_sections) side_bits += bits(section.payload);

  std::optional<Bytes> exact, patched;
  if (may_be_lossless(*plan)) {
    Result<Bytes> stream =
        encode_exact(job.image, job.coded, job.options.verify, job.pool, progress.part(0.25, 0.4));
    if (!stream) return stream;
    exact = *std::move(stream);
  }
  double least = plan->learned_cost + side_bits;
  if (exact) least = std::min(least, bits(*exact));
  for (const PatchPlan::Way& way : plan->ways) {
    Image storage;
    PictureParts parts = split(job.coded, quality, way.mask, job.pool, storage);
    // What the networks see costs something too.
    if (bits(parts.patches) + side_bits + way.left_distortion >= least) continue;
    const bool first = &way == &plan->ways.front();
    Result<Bytes> stream = encode_coloured(
        job, std::move(parts), first ? progress.part(0.4, 0.6) : progress.part(0.6, 0.7));
    if (!stream) return stream;
    const double cost = bits(*stream) + way.left_distortion;
    if (cost >= least) continue;
    least = cost;
    patched = *std::move(stream);
  }
  if (!patched && exact && bits(*exact) <= least) return *std::move(exact);
  Result<Bytes> lossy = patched
                            ? Result<Bytes>(*std::move(patched))
                            : encode_coloured(job, std::move(all_learned), progress.part(0.7, 0.9));
  if (exact) return lossy;
  return or_exact(job, std::move(lossy), progress.part(0.9, 1));
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
