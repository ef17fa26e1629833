// Copies weights of either type as int16, once, when a model is loaded. Exact zone.
#include "codec/nn/kernel_layout.h"

#include <algorithm>
#include <iterator>

namespace vaecomp {
namespace {

// What use(elements) makes of weights, which are i8 or i16.
template <typename Use>
auto with_weights(const NamedTensor& tensor, Use use) {
  if (const auto* w8 = std::get_if<std::vector<std::int8_t>>(&tensor.data)) return use(*w8);
  return use(std::get<std::vector<std::int16_t>>(tensor.data));
}

// Depthwise weights [channels][k][k] as LayerParameters says.
std::vector<std::int16_t> in_row_pairs(const NamedTensor& tensor, std::size_t channels,
                                       std::size_t k) {
  return with_weights(tensor, [&](const auto& from) {
    std::vector<std::int16_t> to((k + 1) / 2 * k * channels * 2);
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) {
        for (std::size_t c = 0; c < channels; ++c)
          to[((i / 2 * k + j) * channels + c) * 2 + i % 2] = from[(c * k + i) * k + j];
      }
    }
    return to;
  });
}

struct Range {
  std::size_t begin, end;
};

// The columns of [rows][columns] but those at both ends that are 0 in all rows.
template <typename Weights>
Range columns_in_use(const Weights& weights, std::size_t rows, std::size_t columns) {
  const auto is_weight = [](int w) { return w != 0; };
  Range used = {columns, 0};
  for (std::size_t r = 0; r < rows; ++r) {
    const auto* row = &weights[r * columns];
    used.begin = static_cast<std::size_t>(std::find_if(row, row + used.begin, is_weight) - row);
    const auto after_last = std::find_if(std::reverse_iterator(row + columns),
                                         std::reverse_iterator(row + used.end), is_weight);
    used.end = static_cast<std::size_t>(after_last.base() - row);
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
  auto to = weights.begin();
  for (std::size_t group = 0; group < outputs; group += kLanes) {
    for (std::size_t c = begin; c < end; c += 2) {
      for (std::size_t d = group; d < group + kLanes; ++d, to += 2) {
        if (d < outputs && c < inputs) to[0] = from[d * inputs + c];
        if (d < outputs && c + 1 < inputs) to[1] = from[d * inputs + c + 1];
      }
    }
  }
  return weights;
}

}  // namespace

LayerParameters kernel_parameters(const ModelFile& model, const LayerRecord& layer, int inputs,
                                  int outputs) {
  LayerParameters p = {.shift = layer.shift, .low = layer.low, .high = layer.high};
  const auto i32 = [&](std::uint16_t number) {
    return std::get<std::vector<std::int32_t>>(model.tensors[number].data);
  };
  const auto padded_i32 = [&](std::uint16_t number) {
    std::vector<std::int32_t> values = i32(number);
    values.resize(static_cast<std::size_t>(padded_channels(outputs)));
    return values;
  };
  const auto columns = static_cast<std::size_t>(inputs), rows = static_cast<std::size_t>(outputs);
  if (layer.op == Op::kConv1x1) {
    p.weights = with_weights(model.tensors[layer.weights], [&](const auto& from) {
      // A layer may look at a part of the latents only.
      const Range used = columns_in_use(from, rows, columns);
      p.first_block = static_cast<int>(used.begin / kLanes);
      p.blocks = padded_channels(static_cast<int>(used.end)) / kLanes - p.first_block;
      return in_groups(from, rows, columns, p.first_block, p.blocks);
    });
    p.multiplier = padded_i32(layer.multiplier);
    p.bias = padded_i32(layer.bias);
  } else if (layer.op == Op::kDepthwise) {
    p.weights = in_row_pairs(model.tensors[layer.weights], columns, std::size_t{layer.k});
    p.multiplier = padded_i32(layer.multiplier);
    p.bias = padded_i32(layer.bias);
  } else if (layer.op == Op::kAffine) {
    p.multiplier = i32(layer.weights);  // the scales
    p.bias = i32(layer.bias);
  }
  return p;
}

}  // namespace vaecomp
