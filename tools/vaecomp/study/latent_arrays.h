// Latents, prior and cost as arrays for NumPy.
#pragma once

#include <vector>

#include "tools/vaecomp/study/npy.h"
#include "vaecomp/study.hpp"

namespace vaecomp {

// "latents" [channel][row][column], in quantisation steps: multiples of 1/16, exact in float32.
NamedArray latents_array(const Latents& latents);

// The same, with "means" and "sigmas" (0: not coded) like it, "hyper_latents"
// [channel][row][column], "bits" [row][column], "channel_bits" [channel], "hyper_bits" [hyper
// row][hyper column] and "picture": width, height, quality.
std::vector<NamedArray> latent_arrays(const DecoderModel& model, const StudiedLatents& studied);

}  // namespace vaecomp
