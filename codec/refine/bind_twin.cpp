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
  switch (record.op) {
    case Op::kRelu:
      return node;
    case Op::kShuffle:
      node.channels = channels / (node.k * node.k);
      return node;
    case Op::kUnshuffle:
      node.channels = channels * node.k * node.k;
      return node;
    case Op::kConv1x1: {
      const std::vector<float> multiplier = tensor(record.multiplier);
      node.bias = tensor(record.bias);
      node.transpose = tensor(record.weights);
      node.channels = static_cast<int>(node.bias.size());
      node.weights.resize(node.transpose.size());
      for (int d = 0; d < node.channels; ++d) {
        node.bias[d] *= multiplier[d] * unit;
        for (int c = 0; c < channels; ++c) {
          float& weight = node.transpose[d * channels + c];
          weight *= multiplier[d] * unit;
          node.weights[c * node.channels + d] = weight;
        }
      }
      return node;
    }
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
      return node;
    }
    default:
      return Error{ErrorCode::kCorrupt,
                   "model: no float twin of op " + std::to_string(static_cast<int>(record.op)),
                   kNoOffset, "VM-09"};
  }
}

Result<TwinNetwork> TwinNetwork::build(const ModelFile& file, const NetworkRecord& record,
                                       int quality) {
  TwinNetwork network;
  network.inputs_ = static_cast<int>(record.inputs.size());
  for (const NetworkInput& input : record.inputs) {
    Node node;
    node.channels = input.channels;
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
    network.nodes_.push_back(std::move(node));
    current = static_cast<int>(network.nodes_.size()) - 1;
  }
  return network;
}

}  // namespace vaecomp
