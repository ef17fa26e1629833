// Copies weights of either type as int16, once, when a model is loaded. Exact zone.
#include "codec/exact/kernel_layout.h"

#include <algorithm>

namespace vaecomp {
namespace {

// Depthwise weights [channels][k][k] as LayerParameters says.
template <typename Weights>
std::vector<std::int16_t> in_row_pairs(const Weights& from, std::size_t channels, std::size_t k) {
  std::vector<std::int16_t> to((k + 1) / 2 * k * channels * 2);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      for (std::size_t c = 0; c < channels; ++c)
        to[((i / 2 * k + j) * channels + c) * 2 + i % 2] = from[(c * k + i) * k + j];
    }
  }
  return to;
}

struct Range {
  std::size_t begin, end;
};

// The columns of [rows][columns] but those at both ends that are 0 in all rows.
template <typename Weights>
Range columns_in_use(const Weights& weights, std::size_t rows, std::size_t columns) {
  Range used = {columns, 0};
  for (std::size_t r = 0; r < rows * columns; r += columns) {
    std::size_t c = 0;
    while (c < used.begin && weights[r + c] == 0) ++c;
    used.begin = c;
    for (c = columns; c > used.end && weights[r + c - 1] == 0;) --c;
    used.end = c;
  }
  used.begin = std::min(used.begin, used.end);
  return used;
}

// Weights [outputs][inputs], of which the blocks first .. first + blocks - 1 of kLanes inputs, as
// LayerParameters says.
template <typename Weights>
std::vector<std::int16_t> in_groups(const Weights& from, std::size_t outputs, std::size_t inputs,
                                    int first, int blocks) {
  const std::size_t begin = static_cast<std::size_t>(first) * kLanes;
  const std::size_t end = begin + static_cast<std::size_t>(blocks) * kLanes;
  const auto padded_outputs = static_cast<std::size_t>(padded_channels(static_cast<int>(outputs)));
  std::vector<std::int16_t> weights(padded_outputs * (end - begin));
  const std::size_t pairs_end = std::min(end, inputs / 2 * 2), stride = 2 * kLanes;
  for (std::size_t d = 0; d < outputs; ++d) {
    const std::size_t group = d / kLanes, row = d * inputs;
    std::int16_t* to = weights.data() + group * kLanes * (end - begin) + d % kLanes * 2;
    for (std::size_t c = begin; c < pairs_end; c += 2, to += stride) {
      to[0] = from[row + c];
      to[1] = from[row + c + 1];
    }
    if (pairs_end < std::min(end, inputs)) to[0] = from[row + pairs_end];
  }
  return weights;
}

// One number for each output, and zeros up to a multiple of kLanes.
std::vector<std::int32_t> padded(const TensorData& numbers) {
  std::vector<std::int32_t> values = numbers.values<std::int32_t>();
  values.resize(static_cast<std::size_t>(padded_channels(static_cast<int>(values.size()))));
  return values;
}

}  // namespace

LayerParameters kernel_parameters(const LayerNode& node, int inputs) {
  LayerParameters p = {.shift = node.shift, .low = node.low, .high = node.high};
  const auto columns = static_cast<std::size_t>(inputs);
  const auto rows = static_cast<std::size_t>(node.channels);
  if (node.op == Op::kConv1x1) {
    p.weights = with_weights(node.weights, [&](const auto& from) {
      // A layer may look at a part of the latents only.
      const Range used = columns_in_use(from, rows, columns);
      p.first_block = static_cast<int>(used.begin / kLanes);
      p.blocks = padded_channels(static_cast<int>(used.end)) / kLanes - p.first_block;
      return in_groups(from, rows, columns, p.first_block, p.blocks);
    });
  } else if (node.op == Op::kDepthwise) {
    p.weights = with_weights(node.weights, [&](const auto& from) {
      return in_row_pairs(from, columns, static_cast<std::size_t>(node.k));
    });
  } else if (node.op == Op::kAffine) {
    p.multiplier = node.weights.values<std::int32_t>();  // the scales
    p.bias = node.bias.values<std::int32_t>();
  }
  if (node.op == Op::kConv1x1 || node.op == Op::kDepthwise) {
    p.multiplier = padded(node.multiplier);
    p.bias = padded(node.bias);
  }
  return p;
}

}  // namespace vaecomp
