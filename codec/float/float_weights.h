// Tensors of a model file as floats. Float zone.
#pragma once

#include <vector>

#include "format/tensor_data.h"

namespace vaecomp {

// All elements, whatever their type.
std::vector<float> float_values(const TensorData& data);

// Integer weights [outputs][inputs] times a factor for each output, turned as the float kernels
// want them: [inputs][outputs].
std::vector<float> scaled_transpose(const TensorData& weights, const std::vector<float>& factors);

}  // namespace vaecomp
