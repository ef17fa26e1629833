// The exact half of the encoder: from latents before quantisation to streams (SPEC.md section 5).
#pragma once

#include "codec/decoder/decoder_model.h"
#include "codec/decoder/grid.h"
#include "codec/encoder/choose_value.h"
#include "codec/encoder/decoded_sink.h"
#include "codec/encoder/packed_latents.h"

namespace vaecomp {

// Chooses and codes every value with the same integer prior that the decoder will run, and returns
// the payload of the latents section. `rounding` is for y; z is rounded to the nearest. What a
// decoder will reconstruct goes to `decoded` if there is one: it never exists as a whole here,
// since latents of the last step are context for none.
Bytes encode_symbols(const DecoderModel::Impl& model, const PictureLatents& latents,
                     const Grid& grid, int quality, const Rounding& rounding, ThreadPool& pool,
                     DecodedSink* decoded = nullptr);

}  // namespace vaecomp
