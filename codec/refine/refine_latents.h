// Semi-amortised inference: what analysis proposes is refined for this very picture, with values
// chosen as they will be coded. Float zone.
#pragma once

#include <functional>

#include "codec/encoder/packed_latents.h"
#include "codec/refine/region_loss.h"

namespace vaecomp {

struct RefineOptions {
  int iterations = 0;
  int rate_weight = 0;  // Rounding::rate_weight that values are chosen with, then and afterwards
  // Of the squared error over a latent, in bits a squared quantisation step: about the same for all
  // latents at all qualities, since steps were trained against bits.
  float curvature = 17.0f;
  float first_share = 0.2f, last_share = 0.08f;  // of the way to what an iteration proposes
};

// Moves the latents y of a whole picture to where the choice of values, at this weight and by this
// model's quantisation, costs less: an iteration chooses values, takes the slope of the objective
// at what they decode to, and moves latents towards where, by slope and curvature, the objective
// would be least if the others stayed. Slopes are taken in tiles of about 512 x 512 pixels with a
// margin: memory is bounded (about 250 MB beside the latents), and the result does not depend on
// the number of threads. Hyper latents stay. `progress` is told the share done, 0 .. 1, and its
// error stops the work.
Result<void> refine_latents(const TwinModel& model, ImageView image, const RefineOptions& options,
                            PictureLatents& latents, ThreadPool& pool,
                            const std::function<Result<void>(double)>& progress);

}  // namespace vaecomp
