// What the networks of a model file cost: parameters and multiplications per pixel.
#pragma once

#include <vector>

#include "codec/prior/context_step.h"
#include "format/model_file.h"
#include "vaecomp/model_info.hpp"

namespace vaecomp {

// One entry per network of a file, in its order, with the context steps that the file has. The end
// of a context step, after its last layer that looks at neighbours, runs where the step codes;
// inputs that meet no weight cost nothing. Networks are run once at the scale that MODEL.md section
// 5 gives them; names that it does not know count as running once per pixel. Errors: those of
// build_layer_graph().
Result<std::vector<NetworkInfo>> network_costs(const ModelFile& file,
                                               const std::vector<ContextStep>& steps);

CodecCost codec_cost(const std::vector<NetworkInfo>& networks);

}  // namespace vaecomp
