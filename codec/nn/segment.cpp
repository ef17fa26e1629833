// Cuts a layer list into segments and assigns row buffers. Exact zone.
#include "codec/nn/segment.h"

#include <algorithm>
#include <utility>

#include "codec/nn/kernel_layout.h"

namespace vaecomp {
namespace {

// Gives row buffers to the results of a segment's operations. Up to here, the row operand of
// operation i's result has index i; a buffer is free again after the last operation that reads it.
void assign_buffers(Segment& segment) {
  const int count = static_cast<int>(segment.operations.size());
  std::vector<int> last_use(segment.operations.size(), -1),
      buffer_of(segment.operations.size(), -1);
  for (int i = 0; i < count; ++i) {
    const RowOperation& operation = segment.operations[i];
    for (const Operand* x : {&operation.a, &operation.b}) {
      if (x->kind == Operand::Kind::kRow) last_use[x->index] = i;
    }
  }
  if (segment.result.kind == Operand::Kind::kRow) {
    last_use[segment.result.index] = count;
  }
  std::vector<std::vector<int>> dying(
      segment.operations.size());  // results last read by operation i
  for (int i = 0; i < count; ++i) {
    const int last = std::max(last_use[i], i);  // unread results die at once
    if (last < count) dying[last].push_back(i);
  }
  std::vector<bool> taken;
  const auto rename = [&](Operand& x) {
    if (x.kind == Operand::Kind::kRow) x.index = buffer_of[x.index];
  };
  for (int i = 0; i < count; ++i) {
    RowOperation& operation = segment.operations[i];
    if (operation.out.kind == Operand::Kind::kRow) {
      const auto free = std::ranges::find(taken, false);
      const auto buffer = static_cast<std::size_t>(free - taken.begin());
      if (free == taken.end()) {
        taken.push_back(true);
        segment.buffer_channels.push_back(0);
      }
      taken[buffer] = true;
      int& capacity = segment.buffer_channels[buffer];
      capacity = std::max(capacity, padded_channels(operation.channels));
      buffer_of[i] = static_cast<int>(buffer);
    }
    for (const int j : dying[i]) {
      const int buffer = buffer_of[j];
      if (buffer >= 0) taken[buffer] = false;
    }
    rename(operation.a);
    rename(operation.b);
    rename(operation.out);
  }
  rename(segment.result);
}

class SegmentPlanner {
 public:
  SegmentPlanner(const ModelFile& model, const NetworkRecord& record, const CheckedLayers& checked)
      : model_(model), record_(record), checked_(checked) {}

  std::vector<Segment> run() {
    tensor_count_ = static_cast<int>(record_.inputs.size());
    count_cuts();
    load_input(0);
    for (std::size_t i = 0; i < record_.layers.size(); ++i) {
      add_layer(i);
      scale_ = checked_.after[i].scale;
      channels_ = checked_.after[i].channels;
    }
    if (x_.kind == Operand::Kind::kTensor && x_.index < static_cast<int>(record_.inputs.size())) {
      append(
          {.op = Op::kInput, .a = x_, .channels = channels_});  // the output is a copy of an input
    }
    materialise();
    for (Segment& segment : segments_) assign_buffers(segment);
    return std::move(segments_);
  }

 private:
  void load_input(int k) {
    x_ = {Operand::Kind::kTensor, k};
    scale_ = 1;
    channels_ = record_.inputs[k].channels;
  }

  void add_layer(std::size_t i) {
    const LayerRecord& layer = record_.layers[i];
    const int channels = checked_.after[i].channels;
    switch (layer.op) {
      case Op::kInput:
        load_input(layer.k);
        break;
      case Op::kPush:
        // Taken in a later segment, it must be held as a whole.
        if (cuts_before_[i] < cuts_before_[checked_.partner[i]]) {
          materialise();
        }
        stack_.push_back(x_);
        break;
      case Op::kAdd:
        append({.op = layer.op,
                .a = stack_.back(),
                .b = x_,
                .channels = channels,
                .parameters = {.low = layer.low, .high = layer.high}});
        stack_.pop_back();
        break;
      case Op::kConv1x1:
        pad_channels();
        append({.op = layer.op,
                .a = x_,
                .channels = channels,
                .parameters = kernel_parameters(model_, layer, channels_, channels)});
        break;
      case Op::kAffine:
        append({.op = layer.op,
                .a = x_,
                .channels = channels,
                .parameters = kernel_parameters(model_, layer, channels_, channels)});
        break;
      case Op::kDepthwise:
        materialise();
        append({.op = layer.op,
                .a = x_,
                .k = layer.k,
                .channels = channels,
                .parameters = kernel_parameters(model_, layer, channels_, channels)});
        break;
      case Op::kUnshuffle:
        materialise();
        scale_ = checked_.after[i].scale;
        append({.op = layer.op, .a = x_, .k = layer.k, .channels = channels});
        break;
      case Op::kShuffle:
        finish_segment(layer.k);
        break;
      case Op::kRelu:
        if (!clip_last_at_zero()) append({.op = layer.op, .a = x_, .channels = channels});
        break;
      case Op::kConcat:
        append({.op = layer.op,
                .a = x_,
                .b = {Operand::Kind::kTensor, layer.k},
                .channels = channels});
        break;
      case Op::kAsinh:
        break;  // refused by check_layers
    }
  }

  // Counts, before each layer, the layers so far that begin or end a segment.
  void count_cuts() {
    cuts_before_.reserve(record_.layers.size());
    int cuts = 0;
    for (const LayerRecord& layer : record_.layers) {
      cuts_before_.push_back(cuts);
      cuts += layer.op == Op::kDepthwise || layer.op == Op::kShuffle || layer.op == Op::kUnshuffle;
    }
  }

  void append(RowOperation operation) {
    operation.channels_a = channels_;
    operation.out = x_ = {Operand::Kind::kRow, static_cast<int>(open_.operations.size())};
    open_.operations.push_back(std::move(operation));
    channels_ = open_.operations.back().channels;
  }

  // conv1x1 reads whole lanes, which a tensor has only if its channels fill them; row buffers
  // always do.
  void pad_channels() {
    if (x_.kind == Operand::Kind::kTensor && channels_ % kLanes != 0) {
      append({.op = Op::kInput, .a = x_, .channels = channels_});
    }
  }

  // max(clip(v, low, high), 0) is a clip too, so a relu becomes one with the operation before it,
  // unless the stack has that operation's own result (on top, as nothing was pushed since).
  bool clip_last_at_zero() {
    if (x_.kind != Operand::Kind::kRow || (!stack_.empty() && stack_.back() == x_)) {
      return false;
    }
    RowOperation& last = open_.operations.back();
    if (last.op != Op::kConv1x1 && last.op != Op::kDepthwise && last.op != Op::kAffine &&
        last.op != Op::kAdd) {
      return false;
    }
    last.parameters.low = std::max(last.parameters.low, 0);
    last.parameters.high = std::max(last.parameters.high, 0);
    return true;
  }

  // Makes x a tensor. If it is one already, operations that wait in the open segment have no effect
  // (an `input` replaced their result) and are dropped.
  void materialise() {
    if (x_.kind == Operand::Kind::kTensor) {
      open_ = {};
    } else {
      finish_segment(1);
    }
  }

  // x, and so the last operation's result, becomes a tensor. No row of the open segment is on the
  // stack: a push that is taken after this has materialised its x.
  void finish_segment(int shuffle) {
    if (x_.kind == Operand::Kind::kTensor) open_ = {};
    open_.scale = scale_;
    open_.shuffle = shuffle;
    open_.result_channels = channels_;
    open_.tensor_channels = channels_ / (shuffle * shuffle);
    open_.tensor = tensor_count_++;
    if (shuffle > 1) {
      open_.result = x_;
    } else {
      open_.operations.back().out = {Operand::Kind::kOutput, 0};
    }
    x_ = {Operand::Kind::kTensor, open_.tensor};
    segments_.push_back(std::exchange(open_, {}));
  }

  const ModelFile& model_;
  const NetworkRecord& record_;
  const CheckedLayers& checked_;
  Operand x_;  // the current tensor, wherever it is
  int scale_ = 1, channels_ = 0;
  std::vector<Operand> stack_;
  Segment open_;
  std::vector<Segment> segments_;
  int tensor_count_ = 0;
  std::vector<int> cuts_before_;
};

}  // namespace

std::vector<Segment> plan_segments(const ModelFile& model, const NetworkRecord& record,
                                   const CheckedLayers& checked) {
  return SegmentPlanner(model, record, checked).run();
}

}  // namespace vaecomp
