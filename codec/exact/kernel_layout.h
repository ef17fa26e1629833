// The numbers of a layer in the order in which kernels read them. Exact zone.
#pragma once

#include "codec/kernels/exact_kernels.h"
#include "codec/layers/layer_graph.h"

namespace vaecomp {

// Of a node that reads `inputs` channels.
LayerParameters kernel_parameters(const LayerNode& node, int inputs);

}  // namespace vaecomp
