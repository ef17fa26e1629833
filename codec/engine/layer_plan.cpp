// Cuts a layer list into segments and assigns buffers. Exact zone.
#include "codec/engine/layer_plan.h"

#include <algorithm>
#include <utility>

namespace vaecomp {
namespace {

int rounded_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

// Gives buffers to the results of a segment's operations. Up to here, the buffer operand of
// operation i's result has index i; a buffer is free again after the last operation that reads it.
void assign_buffers(Segment& segment, int lanes) {
  const int count = static_cast<int>(segment.operations.size());
  std::vector<int> last_use(segment.operations.size(), -1),
      buffer_of(segment.operations.size(), -1);
  for (int i = 0; i < count; ++i) {
    const RowOperation& operation = segment.operations[i];
    for (const Operand* x : {&operation.a, &operation.b}) {
      if (x->kind == Operand::Kind::kBuffer) last_use[x->index] = i;
    }
  }
  if (segment.result.kind == Operand::Kind::kBuffer) {
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
    if (x.kind == Operand::Kind::kBuffer) x.index = buffer_of[x.index];
  };
  for (int i = 0; i < count; ++i) {
    RowOperation& operation = segment.operations[i];
    if (operation.out.kind == Operand::Kind::kBuffer) {
      const auto free = std::ranges::find(taken, false);
      const auto buffer = static_cast<std::size_t>(free - taken.begin());
      if (free == taken.end()) {
        taken.push_back(true);
        segment.buffer_channels.push_back(0);
      }
      taken[buffer] = true;
      int& capacity = segment.buffer_channels[buffer];
      capacity = std::max(capacity, rounded_up(operation.channels, lanes));
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

class Planner {
 public:
  Planner(const NetworkRecord& record, std::span<const LayerShape> after, int lanes)
      : record_(record), after_(after), lanes_(lanes) {}

  LayerPlan run() {
    tensor_count_ = static_cast<int>(record_.inputs.size());
    count_cuts();
    load_input(0);
    for (std::size_t i = 0; i < record_.layers.size(); ++i) {
      add_layer(i);
      scale_ = after_[i].scale;
      channels_ = after_[i].channels;
    }
    if (x_.kind == Operand::Kind::kTensor && x_.index < static_cast<int>(record_.inputs.size())) {
      append_copy();  // the output is a copy of an input
    }
    materialise();
    for (Segment& segment : segments_) assign_buffers(segment, lanes_);
    LayerPlan plan{.input_channels = {}, .segments = std::move(segments_), .lanes = lanes_};
    for (const NetworkInput& input : record_.inputs) plan.input_channels.push_back(input.channels);
    return plan;
  }

 private:
  void load_input(int k) {
    x_ = {Operand::Kind::kTensor, k};
    scale_ = {};
    channels_ = record_.inputs[k].channels;
  }

  void add_layer(std::size_t i) {
    const LayerRecord& layer = record_.layers[i];
    const RowOperation operation{.op = layer.op,
                                 .layer = static_cast<int>(i),
                                 .a = x_,
                                 .k = layer.k,
                                 .channels = after_[i].channels};
    switch (layer.op) {
      case Op::kInput:
        load_input(layer.k);
        break;
      case Op::kPush:
        // Taken in a later segment, it must be held as a whole.
        if (cuts_before_[i] < cuts_before_[after_[i].partner]) materialise();
        stack_.push_back(x_);
        break;
      case Op::kAdd:
        append(operation, stack_.back(), x_);
        stack_.pop_back();
        break;
      case Op::kConv1x1:
        fill_lanes();
        append(operation, x_);
        break;
      case Op::kAffine:
      case Op::kAsinh:
        append(operation, x_);
        break;
      case Op::kDepthwise:
        materialise();
        append(operation, x_);
        break;
      case Op::kUnshuffle:
        materialise();
        scale_ = after_[i].scale;
        append(operation, x_);
        break;
      case Op::kShuffle:
        finish_segment(layer.k);
        break;
      case Op::kRelu:
        if (!follows_last()) append(operation, x_);
        break;
      case Op::kConcat:
        append(operation, x_, {Operand::Kind::kTensor, layer.k});
        break;
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

  void append(RowOperation operation, Operand a, Operand b = {}) {
    operation.a = a;
    operation.b = b;
    operation.channels_a = channels_;
    operation.out = x_ = {Operand::Kind::kBuffer, static_cast<int>(open_.operations.size())};
    open_.operations.push_back(operation);
    channels_ = operation.channels;
  }

  void append_copy() { append({.op = Op::kInput, .channels = channels_}, x_); }

  // A tensor has whole lanes only if its channels fill them; buffers always do.
  void fill_lanes() {
    if (x_.kind == Operand::Kind::kTensor && channels_ % lanes_ != 0) append_copy();
  }

  // A relu becomes one with the operation before it, unless the stack has that operation's own
  // result (on top, as nothing was pushed since).
  bool follows_last() {
    if (x_.kind != Operand::Kind::kBuffer || (!stack_.empty() && stack_.back() == x_)) return false;
    RowOperation& last = open_.operations.back();
    if (last.op != Op::kConv1x1 && last.op != Op::kDepthwise && last.op != Op::kAffine &&
        last.op != Op::kAdd) {
      return false;
    }
    last.relu = true;
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

  const NetworkRecord& record_;
  const std::span<const LayerShape> after_;
  const int lanes_;
  Operand x_;  // the current tensor, wherever it is
  Scale scale_;
  int channels_ = 0;
  std::vector<Operand> stack_;
  Segment open_;
  std::vector<Segment> segments_;
  int tensor_count_ = 0;
  std::vector<int> cuts_before_;
};

}  // namespace

LayerPlan plan_layers(const NetworkRecord& record, std::span<const LayerShape> after, int lanes) {
  return Planner(record, after, lanes).run();
}

}  // namespace vaecomp
