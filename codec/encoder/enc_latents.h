// Encoding of the hyper latents, and of one context step in one band: the twin of dec_latents.h.
// Exact zone.
#pragma once

#include <cstdint>

#include "codec/base/tensor.h"
#include "codec/encoder/choose_value.h"
#include "codec/encoder/packed_latents.h"
#include "codec/encoder/rans_encoder.h"
#include "codec/prior/code_latents.h"
#include "codec/prior/context_step.h"
#include "codec/prior/dequantiser.h"
#include "codec/prior/hyper_prior.h"

namespace vaecomp {

// What values cost in 1/256 bit, each position's all together.
using PriceMap = std::vector<std::uint32_t>;  // [row][column]

// Both functions queue the values in `encoder`, write what a decoder will see, and return the
// length of what they queued in 1/256 bit: the sum of the rounded lengths of its symbols, to which
// a stream adds about 7 bytes for its states. To `prices`, if not null, they add those of each
// position of the grid; bands may do so in parallel.

// `z_q8` and `z` are [rows][columns][Z]; z in Q4 (VC-27). `quality` 0 .. 100.
std::int64_t encode_hyper(const LatentsQ8& z_q8, const HyperPrior& prior, int quality,
                          const Rounding& rounding, RansEncoder& encoder, Tensor& z,
                          PriceMap* prices = nullptr);

// One context step in the rows [row_begin, row_end) of one band (VC-29). `y_q8` is [h][w][M],
// `decoded` [h][w][channel] in Q4; `parameters` is the context network's output, of which those
// rows exist; `dequantiser` is the band's, new at its first row, and says how values are chosen:
// one by one, or a row at a time by a search through the trellis. Bands may run in parallel, each
// with its own encoder.
std::int64_t encode_step(const PackedLatents& y_q8, const TensorRows& parameters,
                         const ContextStep& step, int row_begin, int row_end,
                         const Rounding& rounding, Dequantiser& dequantiser, RansEncoder& encoder,
                         const LatentRows& decoded, PriceMap* prices = nullptr);

}  // namespace vaecomp
