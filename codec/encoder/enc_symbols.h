// The exact half of the encoder: from latents before quantisation to streams (SPEC.md section 5).
#pragma once

#include "codec/decoder/decoder_model.h"
#include "codec/decoder/grid.h"
#include "codec/encoder/choose_value.h"
#include "codec/encoder/decoded_sink.h"
#include "codec/encoder/enc_latents.h"
#include "codec/encoder/packed_latents.h"

namespace vaecomp {

// Of a picture's latents and hyper latents.
struct SymbolPrices {
  PriceMap latents, hyper;

  explicit SymbolPrices(const Grid& grid)
      : latents(static_cast<std::size_t>(grid.height) * grid.width),
        hyper(static_cast<std::size_t>(grid.hyper_height) * grid.hyper_width) {}
};

// Chooses and codes every value with the same integer prior that the decoder will run, and returns
// the payload of the latents section. `rounding` is for y; z is rounded to the nearest. What a
// decoder will reconstruct goes to `decoded` if there is one: it never exists as a whole here,
// since latents of the last step are context for none. What positions cost is added to `prices` if
// there are any.
Bytes encode_symbols(const DecoderModel::Impl& model, const PictureLatents& latents,
                     const Grid& grid, int quality, const Rounding& rounding, ThreadPool& pool,
                     DecodedSink* decoded = nullptr, SymbolPrices* prices = nullptr);

}  // namespace vaecomp
