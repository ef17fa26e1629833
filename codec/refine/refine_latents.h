// Semi-amortised inference: the latents that the analysis networks propose are refined for this
// very picture by gradient steps (Yang, Bamler, Mandt, "Improving inference for neural image
// compression", 2020). Float zone.
#pragma once

#include <functional>

#include "codec/prior/latents_q8.h"
#include "codec/refine/region_loss.h"

namespace vaecomp {

struct RefineOptions {
  int iterations = 100;
  // Largest change of a latent and of a hyper latent in an iteration, in quantisation steps; both
  // fall to 0 at the end.
  float y_rate = 0.03f, z_rate = 0.03f;
  float first_temperature = 0.5f, last_temperature = 0.2f;  // of soft rounding
};

// Refines the latents y [height][width][M] and z of a whole picture in place. Tiles of about 512 x
// 512 pixels are refined one after another, each with a margin in which latents are held fixed:
// memory is bounded (about 250 MB beside the latents), and the result does not depend on the number
// of threads. `progress` is told the share done, 0 .. 1, and its error stops the work.
Result<void> refine_latents(const TwinModel& model, ImageView image, const RefineOptions& options,
                            LatentsQ8& y, LatentsQ8& z, ThreadPool& pool,
                            const std::function<Result<void>(double)>& progress);

}  // namespace vaecomp
