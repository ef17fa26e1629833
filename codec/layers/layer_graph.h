// A network's layer list as a graph of operations on whole tensors, checked against MODEL.md (VM-10
// .. VM-22) and ready to be carried out in any arithmetic. Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/layers/scale.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

inline constexpr int kMaxChannels = 65535;  // of any tensor inside a network
inline constexpr int kMaxScale = 256;       // rows of any tensor per input row, and the reverse
inline constexpr std::int64_t kMaxWeights = std::int64_t{1}
                                            << 28;  // of all layers, as kernels hold them

// A tensor, and the operation that makes it of those of earlier nodes.
struct LayerNode {
  Op op = Op::kInput;  // no push: who takes from the stack names what was pushed
  int a = -1, b = -1;  // operands, by number; add: what was pushed and x; concat: x and an input
  int k = 0;           // depthwise: side; shuffle, unshuffle: factor
  int channels = 0;
  Scale scale = {};
  // Of the types and shapes of MODEL.md section 3 or 4. affine: the scales are `weights`.
  TensorData weights = {}, bias = {}, multiplier = {};
  int shift = 0, fraction = 0;  // exact: bits
  // Exact: bounds of the values, within -32768 .. 32767 (overflow proof, VM-21). An op that clips
  // does so there.
  int low = 0, high = 0;
  bool relu = false;  // a relu that follows is part of this; `low` and `high` say the same

  bool clips() const {
    return op == Op::kConv1x1 || op == Op::kDepthwise || op == Op::kAffine || op == Op::kAdd;
  }
  bool sees_neighbours() const {
    return op == Op::kDepthwise || op == Op::kShuffle || op == Op::kUnshuffle;
  }
};

// Layers that the result does not need have been checked and leave no node.
struct LayerGraph {
  int inputs = 0;
  std::vector<LayerNode> nodes;  // the inputs in order, then each after its operands
  int result = 0;                // the last node, or an input if no layer changes it

  const LayerNode& output() const { return nodes[result]; }
};

// The graph of a network, which has to be of this arithmetic. Shares the model's tensors.
//
// Errors: kCorrupt and a rule (VM-22 for another arithmetic); kLimit above kMaxChannels, kMaxScale
// or kMaxWeights, and for float networks that do not fit inputs of every size that is a multiple of
// their output's scale. Exact networks that go below their inputs' resolution are refused (VM-17),
// because they could not run on tensors of every size. The tensors' sizes are believed to fit their
// dimensions (VM-08), and are checked once more.
Result<LayerGraph> build_layer_graph(const ModelFile& model, const NetworkRecord& record,
                                     Arithmetic arithmetic);

}  // namespace vaecomp
