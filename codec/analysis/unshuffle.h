// Pixels to channels, for float tensors.
#pragma once

#include "codec/analysis/float_tensor.h"
#include "codec/nn/thread_pool.h"

namespace vaecomp {

// MODEL.md's unshuffle (VM-17): [k h][k w][C] -> [h][w][C k^2]; both sides are multiples of k.
FloatTensor unshuffled(const FloatTensor& in, int k, ThreadPool& pool);

}  // namespace vaecomp
