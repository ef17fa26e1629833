// The first half of encoding: what the analysis networks propose for a picture.
#pragma once

#include "codec/pipeline/enc_symbols.h"
#include "codec/pipeline/stage_progress.h"
#include "codec/refine/region_loss.h"

namespace vaecomp {

// Latents [h][w][M] and hyper latents of a picture at this quality, in quantisation steps; detail
// latents are 0 where the quality does not code them.
// Errors: kIo (asked to stop).
Result<FloatLatents> analyse(const Model::Impl& model, ImageView image, int quality,
                             ThreadPool& pool, const StageProgress& progress);

// The border of the zones: from here on everything is integer.
PictureLatents to_integers(const FloatLatents& latents);

}  // namespace vaecomp
