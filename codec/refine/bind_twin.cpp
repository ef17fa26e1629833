// From an exact network's graph to float nodes: integer weights times multiplier / 2^shift.
#include <algorithm>
#include <cmath>

#include "codec/float/float_weights.h"
#include "codec/refine/twin_network.h"

namespace vaecomp {
namespace {

// The inputs of a conv1x1, of [inputs][outputs] weights, but those at both ends that meet none.
struct Range {
  int begin, end;
};
Range inputs_in_use(const std::vector<float>& weights, int inputs, int outputs) {
  const auto is_used = [&](int c) {
    const auto row = weights.begin() + static_cast<std::ptrdiff_t>(c) * outputs;
    return std::any_of(row, row + outputs, [](float w) { return w != 0.0f; });
  };
  Range used = {0, inputs};
  while (used.end > 0 && !is_used(used.end - 1)) --used.end;
  while (used.begin < used.end && !is_used(used.begin)) ++used.begin;
  return used;
}

// The rows of [rows][columns] become columns.
std::vector<float> transposed(const float* values, int rows, int columns) {
  std::vector<float> turned(static_cast<std::size_t>(rows) * columns);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) turned[c * rows + r] = values[r * columns + c];
  return turned;
}

}  // namespace

TwinNetwork::Node TwinNetwork::bind(const LayerNode& layer, int quality, int live) const {
  const int channels = layer.channels;
  Node node = {.op = layer.op,
               .a = layer.a,
               .b = layer.b,
               .k = layer.k,
               .channels = channels,
               .clips = layer.clips(),
               .low = static_cast<float>(layer.low),
               .high = static_cast<float>(layer.high),
               .live = channels};
  if (layer.a < 0) {
    node.live = std::min(channels, live);
    return node;
  }
  const Node& from = nodes_[layer.a];
  node.is_constant = from.is_constant && (layer.b < 0 || nodes_[layer.b].is_constant);
  const float unit = std::ldexp(1.0f, -layer.shift);
  switch (layer.op) {
    case Op::kConv1x1:
    case Op::kDepthwise: {
      std::vector<float> factors = float_values(layer.multiplier);
      for (float& factor : factors) factor *= unit;
      node.weights = scaled_transpose(layer.weights, factors);
      node.bias = float_values(layer.bias);
      for (int d = 0; d < channels; ++d) node.bias[d] *= factors[d];
      break;
    }
    case Op::kAffine: {
      const auto row = [&](const TensorData& data) {
        const std::vector<float> all = float_values(data);
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(quality) * channels;
        return std::vector<float>(begin, begin + channels);
      };
      node.weights = row(layer.weights);
      for (float& scale : node.weights) scale *= unit;
      node.bias = row(layer.bias);
      const bool keeps_zero =
          node.low <= 0.0f && node.high >= 0.0f &&
          std::all_of(node.bias.begin() + from.live, node.bias.end(), [](float b) { return !b; });
      if (keeps_zero) node.live = from.live;
      break;
    }
    case Op::kInput:
    case Op::kPush:
    case Op::kAdd:
    case Op::kRelu:
    case Op::kShuffle:
    case Op::kUnshuffle:
    case Op::kConcat:
    case Op::kAsinh:
      break;  // without numbers
  }
  if (layer.op == Op::kConv1x1) {
    const Range used = inputs_in_use(node.weights, from.live, channels);
    node.first = used.begin;
    node.count = used.end - used.begin;
    node.is_constant = node.count == 0;
    const float* const weights =
        node.weights.data() + static_cast<std::ptrdiff_t>(node.first) * channels;
    node.forth = pack_weights(weights, node.count, channels);
    node.back =
        pack_weights(transposed(weights, node.count, channels).data(), channels, node.count);
    node.weights = {};
  } else if (layer.op == Op::kDepthwise) {
    for (auto tap = node.weights.end(); tap != node.weights.begin(); tap -= channels)
      node.transpose.insert(node.transpose.end(), tap - channels, tap);
  }
  return node;
}

Result<TwinNetwork> TwinNetwork::build(const ModelFile& file, const NetworkRecord& record,
                                       int quality, int live) {
  const Result<LayerGraph> graph = build_layer_graph(file, record, Arithmetic::kExact);
  if (!graph) return graph.error();
  TwinNetwork network;
  network.inputs_ = graph->inputs;
  network.result_ = graph->result;
  for (const LayerNode& layer : graph->nodes)
    network.nodes_.push_back(network.bind(layer, quality, live));
  return network;
}

}  // namespace vaecomp
