// What an encoding is worth, found by decoding it: the encoder's judge between candidates.
#pragma once

#include "codec/pipeline/enc_symbols.h"

namespace vaecomp {

// lambda * 255^2 * MSE + bits per pixel, both of the whole picture: MSE over its samples in 0 .. 1
// as the decoder gives them, bits of the latents section's content. Smaller is better.
double true_cost(const Model::Impl& model, ImageView image, const EncodedLatents& encoded,
                 int quality, ThreadPool& pool);

}  // namespace vaecomp
