// How much work a network is. Exact zone.
#pragma once

#include <cstdint>

#include "codec/layers/layer_graph.h"

namespace vaecomp {

// A value costs about as much as so many products: layers without any are read and written all the
// same, a row at a time.
inline constexpr std::uint64_t kProductsPerValue = 32;

// Products, those that values cost included, per position of the network's inputs. Cannot overflow:
// a network has at most 2^16 layers, and a layer at most 2^28 weights in 2^16 positions.
inline std::uint64_t work_per_position(const LayerGraph& graph) {
  std::uint64_t total = 0;
  for (const LayerNode& node : graph.nodes) {
    const bool convolves = node.op == Op::kConv1x1 || node.op == Op::kDepthwise;
    const std::uint64_t products = convolves ? node.weights.size() : 0;
    const std::uint64_t up = static_cast<std::uint64_t>(node.scale.up);
    const std::uint64_t down = static_cast<std::uint64_t>(node.scale.down);
    total += (products + kProductsPerValue * node.channels) * up * up / (down * down);
  }
  return total;
}

}  // namespace vaecomp
