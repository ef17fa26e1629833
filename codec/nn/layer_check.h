// Checks a network's layer list against MODEL.md (VM-10 .. VM-22) and derives what each layer sees.
// Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "format/error.h"
#include "format/limits.h"
#include "format/model_file.h"

namespace vaecomp {

inline constexpr int kMaxChannels = 65535;  // of any tensor inside a network
inline constexpr int kMaxScale = 256;       // rows of any tensor per input row

inline constexpr std::int64_t kMaxWeights = std::int64_t{1}
                                            << 28;  // of all layers, as kernels hold them

// What is known about the current tensor between two layers.
struct TensorState {
  int channels = 0;
  int fraction = 0;       // fraction bits
  int low = 0, high = 0;  // bounds of the values, within -32768 .. 32767 (overflow proof, VM-21)
  int scale = 1;          // rows per input row, columns per input column

  bool operator==(const TensorState&) const = default;
};

// The layers of a network and the state of the current tensor after each.
struct CheckedLayers {
  std::vector<TensorState> after;  // one per layer
  std::vector<int>
      partner;         // of a push, the layer that takes from the stack, and the reverse; else -1
  TensorState result;  // after the last layer
};

// Errors: kCorrupt and a rule; kLimit above kMaxChannels, kMaxScale or kMaxWeights. The tensors'
// sizes are believed to fit their dimensions (VM-08), and are checked once more.
Result<CheckedLayers> check_layers(const ModelFile& model, const NetworkRecord& record);

}  // namespace vaecomp
