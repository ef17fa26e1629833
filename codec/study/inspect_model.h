// What can be told of a model's records.
#pragma once

#include "codec/encoder/encoder_model.h"
#include "vaecomp/model_info.hpp"

namespace vaecomp {

// `bytes`: their size, where they came from. Errors: those of bind_model(), and of
// build_layer_graph() for networks that it ignores.
Result<ModelInfo> inspect_records(const ModelRecords& records, std::uint64_t bytes,
                                  const ModelLimits& limits = {});

}  // namespace vaecomp
