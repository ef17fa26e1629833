// The first half of encoding: what the analysis networks propose for a picture.
#pragma once

#include "codec/decoder/stage_progress.h"
#include "codec/encoder/encoder_model.h"
#include "codec/encoder/packed_latents.h"

namespace vaecomp {

// Latents and hyper latents of a picture at this quality; detail latents are 0 where the quality
// does not code them. The border of the zones: from here on everything is integer. Errors: kIo
// (asked to stop).
Result<PictureLatents> analyse(const Model::Impl& model, ImageView image, int quality,
                               ThreadPool& pool, const StageProgress& progress);

}  // namespace vaecomp
