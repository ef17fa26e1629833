// The exact half of the encoder: from latents before quantisation to streams (SPEC.md section 5).
#pragma once

#include "codec/model/model_impl.h"
#include "codec/pipeline/grid.h"
#include "codec/prior/choose_value.h"
#include "codec/prior/latents_q8.h"

namespace vaecomp {

struct EncodedLatents {
  Bytes payload;   // of the latents section
  Tensor decoded;  // what a decoder will reconstruct, Q4 [height][width][M]
};

// Chooses and codes every value with the same integer prior that the decoder will run. `rounding`
// is for y; z is rounded to the nearest.
EncodedLatents encode_symbols(const Model::Impl& model, const PictureLatents& latents,
                              const Grid& grid, int quality, const Rounding& rounding,
                              ThreadPool& pool);

}  // namespace vaecomp
