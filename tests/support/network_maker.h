// Makes exact networks with random weights in memory, for tests and benchmarks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "codec/base/tensor.h"
#include "format/model_file.h"

namespace vaecomp {

inline constexpr int kFraction = 4;  // of every tensor of a made network

// Uniform in [low, high] by a fixed rule, so that every standard library draws the same numbers.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::int64_t operator()(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::mt19937_64 engine_;
};

// Layers are appended to `record`, their tensors to `model`; the current tensor's channels are
// tracked.
struct NetworkMaker {
  explicit NetworkMaker(std::uint32_t seed) : random(seed) { record.name = "made"; }

  ModelFile model;
  NetworkRecord record;
  Random random;
  int channels = 0;
  int weight_limit = 60;         // weights are uniform in +- this
  bool wide_weights = true;      // i16 instead of i8
  int low = -8000, high = 8000;  // of the layers to come

  NetworkMaker& declare_input(int c) {
    if (record.inputs.empty()) channels = c;
    record.inputs.push_back({static_cast<std::uint16_t>(c), kFraction});
    return *this;
  }
  NetworkMaker& input(int k) {
    channels = record.inputs[k].channels;
    return append({.op = Op::kInput, .k = static_cast<std::uint8_t>(k)});
  }
  NetworkMaker& push() { return append({.op = Op::kPush}); }
  NetworkMaker& relu() { return append({.op = Op::kRelu}); }
  NetworkMaker& add() { return append(clipped({.op = Op::kAdd})); }
  NetworkMaker& shuffle(int k) {
    channels /= k * k;
    return append({.op = Op::kShuffle, .k = static_cast<std::uint8_t>(k)});
  }
  NetworkMaker& unshuffle(int k) {
    channels *= k * k;
    return append({.op = Op::kUnshuffle, .k = static_cast<std::uint8_t>(k)});
  }
  NetworkMaker& concat(int k) {
    channels += record.inputs[k].channels;
    return append({.op = Op::kConcat, .k = static_cast<std::uint8_t>(k)});
  }

  NetworkMaker& conv1x1(int outputs) {
    const LayerRecord layer = convolution(Op::kConv1x1, outputs, {outputs, channels});
    channels = outputs;
    return append(layer);
  }
  NetworkMaker& depthwise(int k) {
    LayerRecord layer = convolution(Op::kDepthwise, channels, {channels, k, k});
    layer.k = static_cast<std::uint8_t>(k);
    return append(layer);
  }

  // Scales of 0.5 to 1.5, biases of +- 100.
  NetworkMaker& affine() {
    const int shift = static_cast<int>(random(4, 30));
    const std::int64_t one = std::int64_t{1} << shift;
    std::vector<std::int32_t> scale, bias;
    for (int i = 0; i < 101 * channels; ++i) {
      scale.push_back(static_cast<std::int32_t>(random(one / 2, one + one / 2)));
      bias.push_back(static_cast<std::int32_t>(random(-100, 100)));
    }
    return append(clipped({.op = Op::kAffine,
                           .weights = tensor({101, channels}, scale),
                           .bias = tensor({101, channels}, bias),
                           .shift = static_cast<std::uint8_t>(shift),
                           .fraction = kFraction}));
  }

  // x + project(relu(expand(depthwise5x5(x)))), expansion 2.
  NetworkMaker& block() {
    const int c = channels;
    return push().depthwise(5).conv1x1(2 * c).relu().conv1x1(c).add();
  }

  template <typename Element>
  std::uint16_t tensor(const std::vector<int>& dims, const std::vector<Element>& values) {
    const std::string name = std::to_string(model.tensors.size());
    model.tensors.push_back({name, {dims.begin(), dims.end()}, values});
    return static_cast<std::uint16_t>(model.tensors.size() - 1);
  }

  Tensor random_tensor(int height, int width, int c, int from, int to) {
    Tensor t(height, width, c);
    for (std::int16_t& v : t.values) v = static_cast<std::int16_t>(random(from, to));
    return t;
  }

  NetworkMaker& append(LayerRecord layer) {
    record.layers.push_back(layer);
    return *this;
  }
  LayerRecord clipped(LayerRecord layer) const {
    layer.low = static_cast<std::int16_t>(low);
    layer.high = static_cast<std::int16_t>(high);
    return layer;
  }

 private:
  template <typename Element>
  std::vector<Element> random_weights(std::size_t count) {
    std::vector<Element> values(count);
    for (Element& v : values) v = static_cast<Element>(random(-weight_limit, weight_limit));
    return values;
  }

  // Multipliers bring results about to the size of the inputs.
  LayerRecord convolution(Op op, int outputs, const std::vector<int>& dims) {
    std::size_t count = 1;
    for (const int d : dims) count *= static_cast<std::size_t>(d);
    const auto fan_in = static_cast<std::int64_t>(count) / outputs;
    const std::uint16_t weights = wide_weights ? tensor(dims, random_weights<std::int16_t>(count))
                                               : tensor(dims, random_weights<std::int8_t>(count));
    const int shift = static_cast<int>(random(32, 38));
    std::int64_t gain = weight_limit;  // weight_limit * sqrt(fan_in) / 2, about
    for (std::int64_t f = fan_in; f >= 4; f /= 4) gain *= 2;
    const std::int64_t one = (std::int64_t{1} << shift) / std::max<std::int64_t>(gain, 1);
    const std::int64_t most = std::min<std::int64_t>(2 * one, (std::int64_t{1} << 31) - 1);
    std::vector<std::int32_t> bias, multiplier;
    for (int d = 0; d < outputs; ++d) {
      bias.push_back(static_cast<std::int32_t>(random(-1000, 1000)));
      multiplier.push_back(static_cast<std::int32_t>(random(std::min(one, most), most)));
    }
    return clipped({.op = op,
                    .weights = weights,
                    .bias = tensor({outputs}, bias),
                    .multiplier = tensor({outputs}, multiplier),
                    .shift = static_cast<std::uint8_t>(shift),
                    .fraction = kFraction});
  }
};

}  // namespace vaecomp
