// The values of the context steps, for whoever draws or prices latents.
#pragma once

#include "codec/decoder/run_steps.h"
#include "codec/prior/code_latents.h"

namespace vaecomp {

// Whether what a band has given so far is sound; an error ends the work.
using BandSound = std::function<Result<void>(int band)>;

// Fills `decoded` (Q4 [h][w][M], zero before): runs each step's network on what is known so far and
// asks `offset_of(step, band, prior)` for every latent that is coded (code_step()). Errors: those
// of run_steps().
template <typename OffsetOf>
Result<void> code_steps(const DecoderModel::Impl& model, const FeatureRows& features,
                        const Grid& grid, int quality, ThreadPool& pool,
                        const StageProgress& progress, Tensor& decoded, OffsetOf&& offset_of,
                        const BandSound& sound = {}) {
  return run_steps(model, features, grid, quality, pool, progress, decoded,
                   [&](std::size_t s, int band, const TensorRows& parameters, int begin, int end) {
                     code_step(parameters, model.steps[s], begin, end, decoded,
                               [&](const LatentPrior& p) { return offset_of(s, band, p); });
                     return sound ? sound(band) : Result<void>();
                   });
}

}  // namespace vaecomp
