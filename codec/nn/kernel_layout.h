// The numbers of a layer in the order in which kernels read them. Exact zone.
#pragma once

#include "codec/kernels/exact_kernels.h"
#include "format/model_file.h"

namespace vaecomp {

// Of a conv1x1, depthwise or affine layer that layer_check.h has found sound, from `inputs` to
// `outputs` channels.
LayerParameters kernel_parameters(const ModelFile& model, const LayerRecord& layer, int inputs,
                                  int outputs);

}  // namespace vaecomp
