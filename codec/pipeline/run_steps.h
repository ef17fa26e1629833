// The context steps in their order, for whoever reads, chooses, draws or prices latents.
#pragma once

#include <functional>

#include "codec/model/model_impl.h"
#include "codec/pipeline/grid.h"
#include "codec/pipeline/stage_progress.h"

namespace vaecomp {

// Codes rows [begin, end) of a band, in one step: `parameters` is the step's network's result, of
// which those rows exist.
using CodeRows = std::function<void(std::size_t step, int band, const TensorRows& parameters,
                                    int begin, int end)>;

// Runs the network of each step that `quality` has on `features` and on `decoded` (Q4 [h][w][M]:
// the latents of earlier steps, zero elsewhere), and gives its rows to `code`, which writes the
// step's latents into the same rows of `decoded`. Calls come one at a time, the rows of a step from
// top to bottom. Errors: that of the caller who asks to stop.
Result<void> run_steps(const Model::Impl& model, const Tensor& features, const Grid& grid,
                       int quality, ThreadPool& pool, const StageProgress& progress,
                       const Tensor& decoded, const CodeRows& code);

}  // namespace vaecomp
