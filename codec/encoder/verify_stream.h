// The encoder's last look at what it wrote.
#pragma once

#include "codec/base/thread_pool.h"
#include "codec/decoder/decoder_model.h"
#include "codec/encoder/decoded_sink.h"
#include "codec/lossless/block_mask.h"
#include "format/colour_turn.h"
#include "format/pixel_filter.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// What a lossy stream was made from.
struct Original {
  ImageView image, coded;  // as given, and its colours as coded_colour gives them
  const RowChecks& latents;
  const BlockMask* mask = nullptr;  // of patches; null: there are none
  ColourTurn turn = {};
  PixelFilter filter = {};
};

// Decodes `stream` and compares: the latents that the encoder chose (by their checksums), patches,
// how colours are turned and filtered, size, channels, depth, alpha (none if opaque), metadata.
// Errors: kInternal for a difference; those of decoding.
Result<void> verify_stream(const DecoderModel::Impl& model, ByteSpan stream,
                           const Original& original, ThreadPool& pool);

}  // namespace vaecomp
