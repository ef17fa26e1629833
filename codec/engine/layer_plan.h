// The plan of a network, exact or float: segments of row operations, each making one tensor. Exact
// zone.
//
// Most layers need one position at a time. A segment is a run of such layers, begun where a layer
// needs its neighbours (depthwise, unshuffle) or the run before it ended (shuffle). It is carried
// out for a few positions at a time through small buffers, so that the wide tensors inside of a
// block never exist as a whole.
#pragma once

#include <span>
#include <vector>

#include "format/model_file.h"

namespace vaecomp {

// Rows of a tensor per row of the network's inputs, and columns per column: `up` / `down`, of which
// one is 1. Sizes of inputs are multiples of every `down`.
struct Scale {
  int up = 1, down = 1;

  int of(int rows) const { return rows * up / down; }
  Scale times(int k) const { return down % k == 0 ? Scale{up, down / k} : Scale{up * k, down}; }
  Scale over(int k) const { return up % k == 0 ? Scale{up / k, down} : Scale{up, down * k}; }

  bool operator==(const Scale&) const = default;
};

// What a layer leaves as the current tensor, and with which it shares the stack.
struct LayerShape {
  int channels = 0;
  Scale scale = {};
  int partner = -1;  // of a push, the add that takes from the stack, and the reverse
};

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

// One layer on some neighbouring positions. kInput stands for a copy; kPush and kShuffle do not
// occur.
struct RowOperation {
  Op op = Op::kInput;
  int layer = -1;          // its number in the layer list; -1: a copy that the plan added
  Operand a = {}, b = {};  // b: add (taken from the stack is a), concat
  Operand out = {};
  int k = 0;           // depthwise: side; unshuffle: factor
  int channels_a = 0;  // of operand a, and of b for add
  int channels = 0;    // of the result
  bool relu = false;   // follows it
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

// Plans layers that have been checked, with the shape after each. Buffers hold whole groups of
// `lanes` channels, and so does whatever a conv1x1 reads. Cannot fail.
LayerPlan plan_layers(const NetworkRecord& record, std::span<const LayerShape> after, int lanes);

}  // namespace vaecomp
