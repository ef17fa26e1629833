// The values of the context steps, for whoever draws or prices latents.
#pragma once

#include "codec/decoder/run_steps.h"
#include "codec/prior/code_latents.h"

namespace vaecomp {

// Fills `decoded` (Q4 [h][w][M], zero before): runs each step's network on what is known so far and
// asks `value_of(step, band, prior)` for every value that is coded. Errors: those of run_steps().
template <typename ValueOf>
Result<void> code_steps(const DecoderModel::Impl& model, const Tensor& features, const Grid& grid,
                        int quality, ThreadPool& pool, const StageProgress& progress,
                        Tensor& decoded, ValueOf&& value_of) {
  return run_steps(model, features, grid, quality, pool, progress, decoded,
                   [&](std::size_t s, int band, const TensorRows& parameters, int begin, int end) {
                     code_step(parameters, model.steps[s], begin, end, decoded,
                               [&](const LatentPrior& prior) { return value_of(s, band, prior); });
                   });
}

}  // namespace vaecomp
