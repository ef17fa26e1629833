// The compiled form of an exact network: segments of row operations, each making one tensor. Exact
// zone.
//
// Most layers need one position at a time. A segment is a run of such layers, begun where a layer
// needs its neighbours (depthwise, unshuffle) or the run before it ended (shuffle). It is carried
// out for a few positions at a time through small row buffers, so that the wide tensors inside of a
// block never exist as a whole.
#pragma once

#include <vector>

#include "codec/nn/kernels.h"
#include "codec/nn/layer_check.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

// Where an operation reads or writes.
struct Operand {
  enum class Kind {
    kNone,
    kTensor,  // number `index` of the network's tensors: inputs first, then one for each segment
    kRow,     // row buffer `index` of the segment
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
  Operand a = {}, b = {};  // b: add, concat
  Operand out = {};
  int k = 0;           // depthwise: side; unshuffle: factor
  int channels_a = 0;  // of operand a, and of b for add
  int channels = 0;    // of the result
  LayerParameters parameters = {};
};

struct Segment {
  int scale = 1;  // rows of its row buffers per input row
  std::vector<RowOperation> operations;
  std::vector<int> buffer_channels;  // capacity of each row buffer, a multiple of kLanes
  // With shuffle > 1, the segment's tensor is the shuffled `result`; else the last operation writes
  // it.
  int shuffle = 1;
  Operand result;
  int result_channels = 0;  // before the shuffle
  int tensor = 0;           // number of the segment's tensor
  int tensor_channels = 0;
};

// Compiles layers that check_layers() has accepted. Cannot fail.
std::vector<Segment> plan_segments(const ModelFile& model, const NetworkRecord& record,
                                   const CheckedLayers& checked);

}  // namespace vaecomp
