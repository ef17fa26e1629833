// The plan of a network, exact or float: segments of row operations, each making one tensor. Exact
// zone.
//
// Most layers need one position at a time. A segment is a run of such layers, begun where a layer
// needs its neighbours (depthwise, unshuffle) or the run before it ended (shuffle). It is carried
// out for a few positions at a time through small buffers, so that the wide tensors inside of a
// block never exist as a whole.
#pragma once

#include <vector>

#include "codec/layers/layer_graph.h"

namespace vaecomp {

// Where an operation reads or writes.
struct Operand {
  enum class Kind {
    kNone,
    kTensor,  // number `index` of the network's tensors: inputs first, then one for each segment
    kBuffer,  // buffer `index` of the segment
    kOutput,  // the segment's tensor, directly
  };
  Kind kind = Kind::kNone;
  int index = 0;

  bool operator==(const Operand&) const = default;
};

// One node on some neighbouring positions. kInput stands for a copy; kShuffle does not occur.
struct RowOperation {
  Op op = Op::kInput;
  int node = -1;           // its number in the graph; -1: a copy that the plan added
  Operand a = {}, b = {};  // b: add, concat
  Operand out = {};
  int k = 0;           // depthwise: side; unshuffle: factor
  int channels_a = 0;  // of operand a, and of b for add
  int channels = 0;    // of the result
};

struct Segment {
  Scale scale;  // of its buffers
  std::vector<RowOperation> operations;
  std::vector<int> buffer_channels;  // capacity of each buffer, a multiple of the plan's lanes
  // With shuffle > 1, the segment's tensor is the shuffled `result`; else the last operation writes
  // it.
  int shuffle = 1;
  Operand result;
  int result_channels = 0;  // before the shuffle
  int tensor = 0;           // number of the segment's tensor
  int tensor_channels = 0;

  Scale tensor_scale() const { return scale.times(shuffle); }
};

struct LayerPlan {
  std::vector<int> input_channels;
  std::vector<Segment> segments;  // at least one
  int lanes = 1;                  // values that kernels read at once

  int inputs() const { return static_cast<int>(input_channels.size()); }
  const Segment& last() const { return segments.back(); }
};

// Buffers hold whole groups of `lanes` channels, and so does whatever a conv1x1 reads.
LayerPlan plan_layers(const LayerGraph& graph, int lanes);

}  // namespace vaecomp
