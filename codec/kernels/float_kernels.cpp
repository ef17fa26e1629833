// The one layout of weights that the kernels of all levels read.
#include "codec/kernels/float_kernels.h"

#include <algorithm>

namespace vaecomp {

PackedWeights pack_weights(const float* weights, int inputs, int outputs) {
  constexpr int kGroup = 16;
  PackedWeights packed{.inputs = inputs, .outputs = outputs, .values = {}};
  const int groups = (outputs + kGroup - 1) / kGroup;
  packed.values.resize(static_cast<std::size_t>(groups) * inputs * kGroup);
  float* to = packed.values.data();
  for (int first = 0; first < outputs; first += kGroup) {
    const int count = std::min(kGroup, outputs - first);
    for (int c = 0; c < inputs; ++c, to += kGroup)
      std::copy_n(weights + static_cast<std::ptrdiff_t>(c) * outputs + first, count, to);
  }
  return packed;
}

}  // namespace vaecomp
