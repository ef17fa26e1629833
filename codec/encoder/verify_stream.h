// The encoder's last look at what it wrote.
#pragma once

#include "codec/base/thread_pool.h"
#include "codec/decoder/decoder_model.h"
#include "codec/encoder/decoded_sink.h"

namespace vaecomp {

// Decodes `stream` and compares it with what it was made from: the latents that the encoder chose
// (by their checksums), size, channels, depth, alpha (none if opaque), metadata. Errors: kInternal
// for a difference; those of decoding.
Result<void> verify_stream(const DecoderModel::Impl& model, ByteSpan stream, ImageView image,
                           const RowChecks& latents, ThreadPool& pool);

}  // namespace vaecomp
