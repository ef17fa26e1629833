// Cuts a graph into segments and assigns buffers. Exact zone.
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

// Which nodes' values have to be there as a whole tensor: the result, what a layer with neighbours
// reads, and what is read after one, as that begins or ends a segment.
std::vector<bool> held_nodes(const LayerGraph& graph) {
  std::vector<bool> held(graph.nodes.size(), false);
  std::vector<int> cuts = {0};  // before node n, and after the last
  for (const LayerNode& node : graph.nodes) cuts.push_back(cuts.back() + node.sees_neighbours());
  held[graph.result] = true;
  for (std::size_t n = graph.inputs; n < graph.nodes.size(); ++n) {
    const LayerNode& node = graph.nodes[n];
    const bool whole = node.op == Op::kDepthwise || node.op == Op::kUnshuffle;
    for (const int x : {node.a, node.b})
      if (x >= 0 && (whole || cuts[x + 1] < cuts[n])) held[x] = true;
  }
  return held;
}

class Planner {
 public:
  Planner(const LayerGraph& graph, int lanes)
      : graph_(graph), held_(held_nodes(graph)), place_(graph.nodes.size()) {
    plan_.lanes = lanes;
  }

  LayerPlan run() {
    for (int n = 0; n < graph_.inputs; ++n) {
      plan_.input_channels.push_back(graph_.nodes[n].channels);
      place_[n] = {Operand::Kind::kTensor, n};
    }
    for (int n = graph_.inputs; n < static_cast<int>(graph_.nodes.size()); ++n) add(n);
    if (graph_.result < graph_.inputs) {  // the output is a copy of an input
      copy(graph_.result);
      finish_segment(graph_.output(), 1);
    }
    for (Segment& segment : plan_.segments) assign_buffers(segment, plan_.lanes);
    return std::move(plan_);
  }

 private:
  void add(int n) {
    const LayerNode& node = graph_.nodes[n];
    const LayerNode& a = graph_.nodes[node.a];
    if (node.op == Op::kShuffle) {
      open_.result = place_[node.a];
      place_[n] = finish_segment(a, node.k);
      return;
    }
    Operand from = place_[node.a];
    // A tensor has whole lanes only if its channels fill them; buffers always do.
    if (node.op == Op::kConv1x1 && from.kind == Operand::Kind::kTensor &&
        a.channels % plan_.lanes != 0)
      from = copy(node.a);
    place_[n] = append({.op = node.op,
                        .node = n,
                        .a = from,
                        .b = node.b < 0 ? Operand{} : place_[node.b],
                        .k = node.k,
                        .channels_a = a.channels,
                        .channels = node.channels});
    if (held_[n]) place_[n] = finish_segment(node, 1);
  }

  Operand append(RowOperation operation) {
    operation.out = {Operand::Kind::kBuffer, static_cast<int>(open_.operations.size())};
    open_.operations.push_back(operation);
    return operation.out;
  }

  Operand copy(int n) {
    const int channels = graph_.nodes[n].channels;
    return append({.a = place_[n], .channels_a = channels, .channels = channels});
  }

  // Makes a tensor of the last operation's result `x`, or of the shuffled open_.result. Nothing
  // else of the open segment is read later: what is has been held, as the stack gives back last
  // what it got first.
  Operand finish_segment(const LayerNode& x, int shuffle) {
    open_.scale = x.scale;
    open_.shuffle = shuffle;
    open_.result_channels = x.channels;
    open_.tensor_channels = x.channels / (shuffle * shuffle);
    open_.tensor = graph_.inputs + static_cast<int>(plan_.segments.size());
    if (shuffle == 1) open_.operations.back().out = {Operand::Kind::kOutput, 0};
    const Operand tensor = {Operand::Kind::kTensor, open_.tensor};
    plan_.segments.push_back(std::exchange(open_, {}));
    return tensor;
  }

  const LayerGraph& graph_;
  const std::vector<bool> held_;
  std::vector<Operand> place_;  // where each node's values are
  Segment open_;
  LayerPlan plan_;
};

}  // namespace

LayerPlan plan_layers(const LayerGraph& graph, int lanes) { return Planner(graph, lanes).run(); }

}  // namespace vaecomp
