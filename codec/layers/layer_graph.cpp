// Walks the layer list once, with the current tensor and the stack. Exact zone.
#include "codec/layers/layer_graph.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>

#include "format/layer_fields.h"
#include "format/limits.h"

namespace vaecomp {
namespace {

// Whether the fields that the op does not use are empty (VM-10).
bool unused_fields_are_empty(LayerRecord layer, Arithmetic arithmetic) {
  bool empty = true;
  visit_layer_fields(layer, [&](LayerField field, auto value) {
    const int unused = is_tensor_number(field) ? kNoTensor : 0;
    empty &= uses_field(layer.op, arithmetic, field) || static_cast<int>(value) == unused;
  });
  return empty;
}

// Whether no sum of bias + weights * x with |x| <= magnitude leaves 32 bits. The weights' own sum
// fits 32 bits, 65535 * 2^15 < 2^31; all of it fits 64, 2^31 * 2^15 + 2^31.
template <typename Weights>
bool cannot_overflow(const Weights& weights, Elements<std::int32_t> bias, std::int64_t magnitude) {
  const std::size_t fan_in = weights.size() / bias.size();
  for (std::size_t d = 0; d < bias.size(); ++d) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < fan_in; ++i)
      sum += static_cast<std::uint32_t>(std::abs(int{weights[d * fan_in + i]}));
    if (std::abs(std::int64_t{bias[d]}) + sum * magnitude >= std::int64_t{1} << 31) return false;
  }
  return true;
}

bool any_below_1(const TensorData& data) {
  for (const std::int32_t value : data.as<std::int32_t>())
    if (value < 1) return true;
  return false;
}

// Leaves the nodes that the result needs, and the inputs.
void drop_unused(LayerGraph& graph) {
  std::vector<int> number(graph.nodes.size(), -1);  // in the graph that stays; -1: none
  std::fill_n(number.begin(), graph.inputs, 0);
  number[graph.result] = 0;
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const LayerNode& node = graph.nodes[n];
    for (const int operand : {node.a, node.b})
      if (number[n] >= 0 && operand >= 0) number[operand] = 0;
  }
  int count = 0;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (number[n] < 0) continue;
    LayerNode& node = graph.nodes[n];
    for (int* operand : {&node.a, &node.b})
      if (*operand >= 0) *operand = number[*operand];
    number[n] = count++;
    if (number[n] < static_cast<int>(n)) graph.nodes[number[n]] = std::move(node);
  }
  graph.nodes.resize(static_cast<std::size_t>(count));
  graph.result = number[graph.result];
}

class GraphBuilder {
 public:
  GraphBuilder(const ModelFile& model, const NetworkRecord& record)
      : model_(model), record_(record), is_exact_(record.arithmetic == Arithmetic::kExact) {}

  Result<LayerGraph> run(Arithmetic arithmetic) {
    if (record_.arithmetic != arithmetic)
      return corrupt("VM-22",
                     is_exact_ ? "its arithmetic is exact" : "its arithmetic is not exact");
    if (record_.inputs.empty()) return corrupt("VM-12", "no input");
    graph_.inputs = static_cast<int>(record_.inputs.size());
    for (const NetworkInput& input : record_.inputs) {
      if (input.channels == 0) return corrupt("VM-12", "an input without channels");
      graph_.nodes.push_back(
          {.channels = input.channels, .fraction = input.fraction, .low = -32768, .high = 32767});
    }
    for (; layer_ < record_.layers.size(); ++layer_)
      if (const Result<void> sound = apply(record_.layers[layer_]); !sound) return sound.error();
    if (!stack_.empty()) return corrupt("VM-11", "the stack is not empty at the end");
    drop_unused(graph_);
    return std::move(graph_);
  }

 private:
  Error corrupt(std::string_view rule, const std::string& text) const {
    return located(ErrorCode::kCorrupt, rule, text);
  }
  Error limit(const std::string& text) const { return located(ErrorCode::kLimit, {}, text); }

  Error located(ErrorCode code, std::string_view rule, const std::string& text) const {
    return {.code = code,
            .text = "network " + record_.name + ", layer " + std::to_string(layer_) + ": " + text,
            .rule = rule};
  }

  // The current tensor.
  const LayerNode& x() const { return graph_.output(); }
  std::uint32_t channels() const { return static_cast<std::uint32_t>(x().channels); }

  Result<void> apply(const LayerRecord& layer) {
    if (!unused_fields_are_empty(layer, record_.arithmetic))
      return corrupt("VM-10", "an unused field is set");
    if (layer.low > layer.high) return corrupt("VM-10", "low is above high");
    LayerNode node = {.op = layer.op,
                      .a = graph_.result,
                      .k = layer.k,
                      .channels = x().channels,
                      .scale = x().scale,
                      .shift = layer.shift,
                      .fraction = x().fraction,
                      .low = x().low,
                      .high = x().high};
    if (node.clips()) {
      node.low = layer.low;
      node.high = layer.high;
    }
    switch (layer.op) {
      case Op::kInput:
        if (layer.k >= graph_.inputs) return corrupt("VM-12", "no such input");
        graph_.result = layer.k;
        return {};
      case Op::kPush:
        stack_.push_back(graph_.result);
        return {};
      case Op::kAdd:
        return append(take_pushed(node), node);
      case Op::kConv1x1:
        return append(bind_conv1x1(layer, node), node);
      case Op::kDepthwise:
        return append(bind_depthwise(layer, node), node);
      case Op::kRelu:
        return append_relu(node);
      case Op::kShuffle:
        return append(shuffle(node), node);
      case Op::kUnshuffle:
        return append(unshuffle(node), node);
      case Op::kConcat:
        return append(concat(node), node);
      case Op::kAffine:
        return append(bind_affine(layer, node), node);
      case Op::kAsinh:
        if (is_exact_) return corrupt("VM-22", "asinh in an exact network");
        return append({}, node);
    }
    return corrupt("VM-09", "an unknown op");
  }

  // `sound` is the outcome of the node's own checks.
  Result<void> append(const Result<void>& sound, LayerNode& node) {
    if (!sound) return sound;
    if (node.channels > kMaxChannels) return limit("too many channels");
    if (node.scale.up > kMaxScale) return limit("too many rows per input row");
    if (node.scale.down > kMaxScale) return limit("too many input rows per row");
    if (node.scale.up > 1 && node.scale.down > 1) return limit("rows that do not fit the inputs'");
    if (weights_ > kMaxWeights) return limit("too many weights");
    graph_.nodes.push_back(std::move(node));
    graph_.result = static_cast<int>(graph_.nodes.size()) - 1;
    return {};
  }

  // A relu becomes one with the operation before it, as max(clip(v, low, high), 0) is a clip too;
  // but not if the stack has that operation's own result (on top, as nothing was pushed since).
  Result<void> append_relu(LayerNode& relu) {
    LayerNode& last = graph_.nodes[graph_.result];
    const bool fused = last.clips() && (stack_.empty() || stack_.back() != graph_.result);
    LayerNode& node = fused ? last : relu;
    node.low = std::max(node.low, 0);
    node.high = std::max(node.high, 0);
    node.relu = fused;
    return fused ? Result<void>() : append({}, relu);
  }

  Result<void> take_pushed(LayerNode& node) {
    if (stack_.empty()) return corrupt("VM-11", "the stack is empty");
    const LayerNode& pushed = graph_.nodes[stack_.back()];
    node.b = std::exchange(node.a, stack_.back());
    stack_.pop_back();
    if (pushed.channels != node.channels || pushed.scale != node.scale ||
        pushed.fraction != node.fraction)
      return corrupt("VM-13", "the tensor on the stack has another shape or fraction");
    return {};
  }

  Result<void> concat(LayerNode& node) {
    if (node.k >= graph_.inputs) return corrupt("VM-12", "no such input");
    node.b = std::exchange(node.k, 0);
    const LayerNode& other = graph_.nodes[node.b];
    if (node.scale != other.scale || node.fraction != other.fraction)
      return corrupt("VM-18", "the input has another size or fraction");
    node.channels += other.channels;
    node.low = std::min(node.low, other.low);
    node.high = std::max(node.high, other.high);
    return {};
  }

  Result<void> shuffle(LayerNode& node) const {
    const int k = node.k;
    if (k < 2 || k > kMaxShuffle) return corrupt("VM-16", "the factor is not 2 .. 16");
    if (node.channels % (k * k) != 0) return corrupt("VM-16", "channels are no multiple of k^2");
    // So whatever leads to the output has as many rows as that, or more: inputs may be of any size
    // that suits the output.
    if (node.scale.down > 1) return limit("a shuffle below the inputs' resolution");
    node.channels /= k * k;
    node.scale = node.scale.times(k);
    return {};
  }

  // Inputs of exact networks are of every size: rows are a multiple of k if, and only if, the scale
  // is one.
  Result<void> unshuffle(LayerNode& node) const {
    const int k = node.k;
    if (k < 2 || k > kMaxShuffle) return corrupt("VM-17", "the factor is not 2 .. 16");
    if (is_exact_ && node.scale.up % k != 0)
      return corrupt("VM-17", "rows need not be a multiple of k");
    node.channels *= k * k;
    node.scale = node.scale.over(k);
    return {};
  }

  Result<void> bind_conv1x1(const LayerRecord& layer, LayerNode& node) {
    const NamedTensor* weights = find(layer.weights);
    if (!weights || weights->dims.size() != 2) return corrupt("VM-14", "no weights [D][C]");
    const std::uint32_t outputs = weights->dims[0];
    if (outputs > kMaxChannels) return limit("too many channels");
    if (outputs == 0 || !has_shape(*weights, {outputs, channels()}))
      return corrupt("VM-14", "the weights' shape does not fit");
    node.channels = static_cast<int>(outputs);
    return bind_convolution(layer, *weights, "VM-14", node);
  }

  Result<void> bind_depthwise(const LayerRecord& layer, LayerNode& node) {
    const std::uint32_t k = layer.k;
    if (k % 2 == 0 || k > kMaxKernel) return corrupt("VM-15", "the side is not odd or above 15");
    const NamedTensor* weights = find(layer.weights);
    if (!weights || !has_shape(*weights, {channels(), k, k}))
      return corrupt("VM-15", "no weights [C][k][k]");
    return bind_convolution(layer, *weights, "VM-15", node);
  }

  // What conv1x1 and depthwise have in common; `weights` has a row for each channel of the node.
  Result<void> bind_convolution(const LayerRecord& layer, const NamedTensor& weights,
                                std::string_view rule, LayerNode& node) {
    const auto outputs = static_cast<std::uint32_t>(node.channels);
    if (!find_numbers(layer.bias, {outputs}, node.bias))
      return corrupt(rule, "no " + number_type() + " bias of the right shape");
    if (!find_numbers(layer.multiplier, {outputs}, node.multiplier))
      return corrupt(rule, "no " + number_type() + " multiplier of the right shape");
    if (is_exact_ && (layer.shift < kMinShift || layer.shift > kMaxShift))
      return corrupt(rule, "the shift is not 32 .. 46");
    if (is_exact_ && any_below_1(node.multiplier))
      return corrupt("VM-20", "a multiplier is below 1");
    node.weights = weights.data;
    if (!node.weights.is<std::int8_t>() && !node.weights.is<std::int16_t>())
      return corrupt(rule, "the weights are neither i8 nor i16");
    if (is_exact_ && !is_proven(node)) return corrupt("VM-21", "a 32-bit sum could overflow");
    node.fraction = layer.fraction;
    count_weights(node.weights.size() / channels());
    return {};
  }

  bool is_proven(const LayerNode& node) const {
    const std::int64_t magnitude = std::max(std::abs(x().low), std::abs(x().high));
    return with_weights(node.weights, [&](const auto& weights) {
      return cannot_overflow(weights, node.bias.as<std::int32_t>(), magnitude);
    });
  }

  Result<void> bind_affine(const LayerRecord& layer, LayerNode& node) {
    if (!find_numbers(layer.weights, {kQualities, channels()}, node.weights))
      return corrupt("VM-19", "no " + number_type() + " scales [101][C]");
    if (!find_numbers(layer.bias, {kQualities, channels()}, node.bias))
      return corrupt("VM-19", "no " + number_type() + " bias [101][C]");
    if (is_exact_ && (layer.shift < 1 || layer.shift > kMaxShift))
      return corrupt("VM-19", "the shift is not 1 .. 46");
    if (is_exact_ && any_below_1(node.weights)) return corrupt("VM-20", "a scale is below 1");
    node.fraction = layer.fraction;
    count_weights(2 * kQualities);
    return {};
  }

  // Layers may share a tensor, so the weights that kernels hold are not bounded by the file's size.
  void count_weights(std::size_t rows) {
    weights_ += static_cast<std::int64_t>(rows) * ((x().channels + 15) / 16 * 16);
  }

  const NamedTensor* find(std::uint16_t number) const {
    return number < model_.tensors.size() ? &model_.tensors[number] : nullptr;
  }

  static bool has_shape(const NamedTensor& tensor, std::initializer_list<std::uint32_t> dims) {
    std::size_t count = 1;
    for (const std::uint32_t d : dims) count *= d;
    return std::ranges::equal(tensor.dims, dims) && tensor.data.size() == count;
  }

  // Bias, multiplier or scales: i32 in exact networks, f32 in float ones. False if there are none.
  bool find_numbers(std::uint16_t number, std::initializer_list<std::uint32_t> dims,
                    TensorData& to) const {
    const NamedTensor* tensor = find(number);
    const TensorType type = is_exact_ ? TensorType::kI32 : TensorType::kF32;
    if (!tensor || !has_shape(*tensor, dims) || tensor->data.type() != type) return false;
    to = tensor->data;
    return true;
  }
  std::string number_type() const { return is_exact_ ? "i32" : "f32"; }

  const ModelFile& model_;
  const NetworkRecord& record_;
  const bool is_exact_;
  std::size_t layer_ = 0;
  LayerGraph graph_;  // its result so far is the current tensor
  std::vector<int> stack_;
  std::int64_t weights_ = 0;
};

}  // namespace

Result<LayerGraph> build_layer_graph(const ModelFile& model, const NetworkRecord& record,
                                     Arithmetic arithmetic) {
  return GraphBuilder(model, record).run(arithmetic);
}

}  // namespace vaecomp
