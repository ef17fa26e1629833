// From the layer records of an exact network (MODEL.md section 3) to float nodes: integer weights
// times multiplier / 2^shift.
#include <algorithm>
#include <cmath>
#include <string>

#include "codec/refine/twin_network.h"

namespace vaecomp {
namespace {

// The elements of an integer tensor; empty for f32.
std::vector<float> elements(const NamedTensor& tensor) {
  return std::visit(
      [](const auto& data) -> std::vector<float> {
        if constexpr (requires { data.bits; }) {
          return {};
        } else {
          return std::vector<float>(data.begin(), data.end());
        }
      },
      tensor.data);
}

}  // namespace

void TwinNetwork::bind_conv(const ModelFile& file, const LayerRecord& record, Node& node) const {
  const std::vector<float> weights = elements(file.tensors[record.weights]),
                           multiplier = elements(file.tensors[record.multiplier]);
  const float unit = std::ldexp(1.0f, -record.shift);
  const int channels = nodes_[node.a].channels;
  node.bias = elements(file.tensors[record.bias]);
  node.channels = static_cast<int>(node.bias.size());
  for (int d = 0; d < node.channels; ++d) node.bias[d] *= multiplier[d] * unit;

  const auto has_weight = [&](int c) {
    for (int d = 0; d < node.channels; ++d)
      if (weights[d * channels + c] != 0.0f) return true;
    return false;
  };
  int end = nodes_[node.a].live;
  while (end > 0 && !has_weight(end - 1)) --end;
  while (node.first < end && !has_weight(node.first)) ++node.first;
  node.count = end - node.first;
  node.is_constant = node.count == 0;

  std::vector<float> forth(static_cast<std::size_t>(node.count) * node.channels);
  std::vector<float> back(forth.size());
  for (int d = 0; d < node.channels; ++d)
    for (int c = 0; c < node.count; ++c) {
      const float weight = weights[d * channels + node.first + c] * (multiplier[d] * unit);
      back[d * node.count + c] = forth[c * node.channels + d] = weight;
    }
  node.forth = pack_weights(forth.data(), node.count, node.channels);
  node.back = pack_weights(back.data(), node.channels, node.count);
}

Result<TwinNetwork::Node> TwinNetwork::bind(const ModelFile& file, const LayerRecord& record, int a,
                                            int quality) const {
  Node node;
  node.op = record.op;
  node.a = a;
  node.k = record.k;
  node.low = record.low;
  node.high = record.high;
  const int channels = nodes_[a].channels;
  const auto tensor = [&](std::uint16_t number) { return elements(file.tensors[number]); };
  const float unit = std::ldexp(1.0f, -record.shift);
  node.channels = channels;
  node.is_constant = nodes_[a].is_constant;
  switch (record.op) {
    case Op::kRelu:
      return node;
    case Op::kShuffle:
      node.channels = channels / (node.k * node.k);
      return node;
    case Op::kUnshuffle:
      node.channels = channels * node.k * node.k;
      return node;
    case Op::kConv1x1:
      bind_conv(file, record, node);
      return node;
    case Op::kDepthwise: {
      const std::vector<float> weights = tensor(record.weights),
                               multiplier = tensor(record.multiplier);
      node.bias = tensor(record.bias);
      node.weights.resize(weights.size());
      node.transpose.resize(weights.size());
      const int taps = node.k * node.k;
      for (int c = 0; c < channels; ++c) {
        node.bias[c] *= multiplier[c] * unit;
        for (int t = 0; t < taps; ++t) {
          const float tap = weights[c * taps + t] * multiplier[c] * unit;
          node.weights[t * channels + c] = tap;
          node.transpose[(taps - 1 - t) * channels + c] = tap;
        }
      }
      return node;
    }
    case Op::kAffine: {
      const auto row = [&](std::uint16_t number) {
        const std::vector<float> all = tensor(number);
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(quality) * channels;
        return std::vector<float>(begin, begin + channels);
      };
      node.weights = row(record.weights);
      node.bias = row(record.bias);
      for (float& scale : node.weights) scale *= unit;
      node.live = nodes_[a].live;
      if (node.low > 0.0f || node.high < 0.0f ||
          std::any_of(node.bias.begin() + node.live, node.bias.end(), [](float b) { return b; }))
        node.live = channels;
      return node;
    }
    default:
      return Error{ErrorCode::kCorrupt,
                   "model: no float twin of op " + std::to_string(static_cast<int>(record.op)),
                   kNoOffset, "VM-09"};
  }
}

Result<TwinNetwork> TwinNetwork::build(const ModelFile& file, const NetworkRecord& record,
                                       int quality, int live) {
  TwinNetwork network;
  network.inputs_ = static_cast<int>(record.inputs.size());
  for (const NetworkInput& input : record.inputs) {
    Node node;
    node.channels = input.channels;
    node.live = std::min(node.channels, live);
    network.nodes_.push_back(std::move(node));
  }
  int current = 0;
  std::vector<int> stack;
  for (const LayerRecord& layer : record.layers) {
    if (layer.op == Op::kInput) {
      current = layer.k;
      continue;
    }
    if (layer.op == Op::kPush) {
      stack.push_back(current);
      continue;
    }
    Node& last = network.nodes_[current];
    const bool last_is_pushed = std::find(stack.begin(), stack.end(), current) != stack.end();
    if (layer.op == Op::kRelu && last.clips() && !last_is_pushed) {
      last.low = std::max(last.low, 0.0f);
      last.high = std::max(last.high, 0.0f);
      continue;
    }
    Node node;
    if (layer.op == Op::kAdd || layer.op == Op::kConcat) {
      node.op = layer.op;
      node.a = current;
      node.low = layer.low;
      node.high = layer.high;
      if (layer.op == Op::kAdd) {
        node.b = stack.back();
        stack.pop_back();
        node.channels = last.channels;
      } else {
        node.b = layer.k;
        node.channels = last.channels + network.nodes_[layer.k].channels;
      }
    } else {
      Result<Node> bound = network.bind(file, layer, current, quality);
      if (!bound) return bound.error();
      node = *std::move(bound);
    }
    if (node.op != Op::kAffine) node.live = node.channels;
    network.nodes_.push_back(std::move(node));
    current = static_cast<int>(network.nodes_.size()) - 1;
  }
  return network;
}

}  // namespace vaecomp
