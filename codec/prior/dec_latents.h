// Decoding of the hyper latents, and of one context step in one band. Exact zone.
#pragma once

#include "codec/base/tensor.h"
#include "codec/entropy/rans_decoder.h"
#include "codec/prior/code_latents.h"
#include "codec/prior/context_step.h"
#include "codec/prior/hyper_prior.h"

namespace vaecomp {

// Fills z [rows][columns][Z], Q4, at `quality` 0 .. 100 (VC-27). The tensor's size says how much is
// decoded. Damage shows in `decoder.failed()`; z then holds values in range but without meaning.
void decode_hyper(RansDecoder& decoder, const HyperPrior& prior, int quality, Tensor& z);

// Decodes one context step in the rows [row_begin, row_end) of one band (VC-29). `parameters`: the
// context network's output, of which those rows exist; `decoded` [h][w][channel], Q4, only the
// step's latents are written. Bands may run in parallel, each with its own decoder. Damage as
// above.
void decode_step(RansDecoder& decoder, const TensorRows& parameters, const ContextStep& step,
                 int row_begin, int row_end, const LatentRows& decoded);

}  // namespace vaecomp
