// The hyper path that encoder and decoder share: hyper latents -> features at the latents' size
// (SPEC.md 4, step 2).
#pragma once

#include "codec/decoder/decoder_model.h"
#include "codec/decoder/grid.h"

namespace vaecomp {

// `hyper`: Q4 [hyper_height][hyper_width][Z]. Returns [height][width][features], cropped (VC-28).
Tensor hyper_features(const DecoderModel::Impl& model, const Tensor& hyper, const Grid& grid,
                      int quality, ThreadPool& pool);

}  // namespace vaecomp
