// No cleverness here: 64-bit sums, one value at a time, in the order of the formulas. Exact zone.
#include "codec/exact/reference_ops.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace vaecomp {
namespace {

std::int16_t clip(std::int64_t v, const LayerRecord& layer) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(v, layer.low, layer.high));
}

std::int64_t weight(const NamedTensor& tensor, std::size_t i) {
  return with_weights(tensor.data, [i](const auto& weights) -> std::int64_t { return weights[i]; });
}

std::int64_t i32(const ModelFile& model, std::uint16_t number, std::size_t i) {
  return model.tensors[number].data.as<std::int32_t>()[i];
}

std::int64_t shift_rounding(std::int64_t v, int shift) {
  return (v + (std::int64_t{1} << (shift - 1))) >> shift;
}

// Calls f(row, column, channel) for every value of t.
template <typename F>
void for_each_value(const Tensor& t, F f) {
  for (int y = 0; y < t.height; ++y) {
    for (int x = 0; x < t.width; ++x) {
      for (int c = 0; c < t.channels; ++c) f(y, x, c);
    }
  }
}

}  // namespace

Tensor reference_add(const LayerRecord& layer, const Tensor& p, const Tensor& x) {
  Tensor out(x.height, x.width, x.channels);
  for_each_value(x, [&](int row, int column, int c) {
    out.at(row, column)[c] = clip(p.at(row, column)[c] + x.at(row, column)[c], layer);
  });
  return out;
}

Tensor reference_conv1x1(const ModelFile& model, const LayerRecord& layer, const Tensor& x) {
  const NamedTensor& weights = model.tensors[layer.weights];
  Tensor out(x.height, x.width, static_cast<int>(weights.dims[0]));
  for_each_value(out, [&](int row, int column, int d) {
    std::int64_t acc = i32(model, layer.bias, d);
    for (int c = 0; c < x.channels; ++c) {
      acc += weight(weights, std::size_t(d) * x.channels + c) * x.at(row, column)[c];
    }
    const std::int64_t v = shift_rounding(acc * i32(model, layer.multiplier, d), layer.shift);
    out.at(row, column)[d] = clip(v, layer);
  });
  return out;
}

Tensor reference_depthwise(const ModelFile& model, const LayerRecord& layer, const Tensor& x) {
  const NamedTensor& weights = model.tensors[layer.weights];
  const int k = layer.k;
  Tensor out(x.height, x.width, x.channels);
  for_each_value(out, [&](int row, int column, int c) {
    std::int64_t acc = i32(model, layer.bias, c);
    for (int i = 0; i < k; ++i) {
      for (int j = 0; j < k; ++j) {
        const int y = row + i - k / 2, z = column + j - k / 2;
        if (y < 0 || y >= x.height || z < 0 || z >= x.width) continue;
        acc += weight(weights, (std::size_t(c) * k + i) * k + j) * x.at(y, z)[c];
      }
    }
    const std::int64_t v = shift_rounding(acc * i32(model, layer.multiplier, c), layer.shift);
    out.at(row, column)[c] = clip(v, layer);
  });
  return out;
}

Tensor reference_relu(const Tensor& x) {
  Tensor out = x;
  for (std::int16_t& v : out.values) v = std::max<std::int16_t>(v, 0);
  return out;
}

Tensor reference_shuffle(int k, const Tensor& x) {
  Tensor out(x.height * k, x.width * k, x.channels / (k * k));
  for_each_value(out, [&](int row, int column, int c) {
    const int i = row % k, j = column % k;
    out.at(row, column)[c] = x.at(row / k, column / k)[c * k * k + i * k + j];
  });
  return out;
}

Tensor reference_unshuffle(int k, const Tensor& x) {
  Tensor out(x.height / k, x.width / k, x.channels * k * k);
  for_each_value(x, [&](int row, int column, int c) {
    const int i = row % k, j = column % k;
    out.at(row / k, column / k)[c * k * k + i * k + j] = x.at(row, column)[c];
  });
  return out;
}

Tensor reference_concat(const Tensor& x, const Tensor& input) {
  Tensor out(x.height, x.width, x.channels + input.channels);
  for_each_value(out, [&](int row, int column, int c) {
    out.at(row, column)[c] =
        c < x.channels ? x.at(row, column)[c] : input.at(row, column)[c - x.channels];
  });
  return out;
}

Tensor reference_affine(const ModelFile& model, const LayerRecord& layer, const Tensor& x,
                        int quality) {
  Tensor out(x.height, x.width, x.channels);
  for_each_value(out, [&](int row, int column, int c) {
    const std::size_t i = std::size_t(quality) * x.channels + c;
    const std::int64_t scale = i32(model, layer.weights, i), bias = i32(model, layer.bias, i);
    const std::int64_t v = shift_rounding(x.at(row, column)[c] * scale, layer.shift) + bias;
    out.at(row, column)[c] = clip(v, layer);
  });
  return out;
}

Tensor reference_run(const ModelFile& model, const NetworkRecord& record,
                     std::span<const Tensor* const> inputs, int quality) {
  Tensor x = *inputs[0];
  std::vector<Tensor> stack;
  for (const LayerRecord& layer : record.layers) {
    switch (layer.op) {
      case Op::kInput:
        x = *inputs[layer.k];
        break;
      case Op::kPush:
        stack.push_back(x);
        break;
      case Op::kAdd:
        x = reference_add(layer, stack.back(), x);
        stack.pop_back();
        break;
      case Op::kConv1x1:
        x = reference_conv1x1(model, layer, x);
        break;
      case Op::kDepthwise:
        x = reference_depthwise(model, layer, x);
        break;
      case Op::kRelu:
        x = reference_relu(x);
        break;
      case Op::kShuffle:
        x = reference_shuffle(layer.k, x);
        break;
      case Op::kUnshuffle:
        x = reference_unshuffle(layer.k, x);
        break;
      case Op::kConcat:
        x = reference_concat(x, *inputs[layer.k]);
        break;
      case Op::kAffine:
        x = reference_affine(model, layer, x, quality);
        break;
      case Op::kAsinh:
        break;  // not in exact networks
    }
  }
  return x;
}

}  // namespace vaecomp
