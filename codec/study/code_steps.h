// The context steps in their order, for whoever reads, draws or prices latents.
#pragma once

#include "codec/model/model_impl.h"
#include "codec/pipeline/grid.h"
#include "codec/pipeline/stage_progress.h"
#include "codec/prior/code_latents.h"

namespace vaecomp {

// Fills `decoded` (Q4 [h][w][M], zero before): runs each step's network on what is known so far,
// then, bands in parallel, asks `value_of(step, band, prior)` for every value that is coded.
// `share`: of the whole work, how much this is; it begins at 0.
template <typename ValueOf>
Result<void> code_steps(const Model::Impl& model, const Tensor& features, const Grid& grid,
                        int quality, ThreadPool& pool, const StageProgress& progress, double share,
                        Tensor& decoded, ValueOf&& value_of) {
  const std::size_t steps = model.steps.size();
  for (const std::size_t s : model.steps_at(quality)) {
    const Tensor* const inputs[] = {&features, &decoded};
    const Tensor parameters =
        model.context[s].run(inputs, quality, pool, model.steps[s].phase_mask);
    pool.parallel_for(0, grid.bands, [&](int band) {
      code_step(parameters, model.steps[s], grid.band_begin(band), grid.band_end(band), decoded,
                [&](const LatentPrior& prior) { return value_of(s, band, prior); });
    });
    const double done = static_cast<double>(s + 1) / static_cast<double>(steps);
    if (auto go_on = progress.reached(share * done); !go_on) return go_on;
  }
  return {};
}

}  // namespace vaecomp
