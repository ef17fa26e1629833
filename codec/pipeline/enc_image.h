// From a picture to quantised latents and their streams (SPEC.md section 5).
#pragma once

#include "codec/model/model_impl.h"
#include "codec/pipeline/stage_progress.h"

namespace vaecomp {

struct EncodedLatents {
  Bytes payload;   // of the latents section
  Tensor decoded;  // what a decoder will reconstruct, Q4 [height][width][M]
};

// Precondition: the picture's size and samples agree, quality 0 .. 100. Errors: kIo (asked to stop).
Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      ThreadPool& pool, const StageProgress& progress);

}  // namespace vaecomp
