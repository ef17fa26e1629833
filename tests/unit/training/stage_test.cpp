// Stages: what is refused, and gradients against differences. tests/test_engine.py compares with
// PyTorch.
#include "training/native/stage.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

#include "training/native/pass.h"
#include "training/native/threads.h"
#include "unit/training/random_values.h"

namespace vaecomp::training {
namespace {

Layer convolution(int inputs, int outputs, bool relu = false, int residual = -1) {
  return {.kind = LayerKind::kConvolution,
          .inputs = inputs,
          .outputs = outputs,
          .relu = relu,
          .residual = residual};
}
Layer depthwise(int channels, int k) {
  return {.kind = LayerKind::kDepthwise, .inputs = channels, .outputs = channels, .k = k};
}
Layer condition(int channels) {
  return {.kind = LayerKind::kCondition, .inputs = channels, .outputs = channels};
}
Layer shuffle(int channels, int k) {
  return {.kind = LayerKind::kShuffle, .inputs = channels, .outputs = channels / (k * k), .k = k};
}
Layer unshuffle(int channels, int k) {
  return {.kind = LayerKind::kUnshuffle, .inputs = channels, .outputs = channels * k * k, .k = k};
}

constexpr int kBatch = 2, kHeight = 6, kWidth = 4;

// A stage with values for its parameters.
struct Run {
  std::vector<Layer> layers;
  int mask = 15;
  std::vector<std::vector<float>> parameters, gradients;
  std::vector<float> in, gradient_in, wave;

  explicit Run(std::vector<Layer> list, int phase_mask = 15)
      : layers(std::move(list)), mask(phase_mask) {
    for (const Layer& layer : layers) {
      if (parameters_of(layer) == 0) continue;
      const bool conditional = layer.kind == LayerKind::kCondition;
      const int weights = conditional ? kBatch * layer.inputs
                          : layer.kind == LayerKind::kConvolution
                              ? layer.inputs * layer.outputs
                              : layer.inputs * layer.k * layer.k;
      parameters.push_back(random_values(weights, static_cast<unsigned>(parameters.size())));
      parameters.push_back(random_values(conditional ? weights : layer.outputs, 100));
    }
    for (const auto& each : parameters) gradients.emplace_back(each.size());
    in = random_values(static_cast<std::size_t>(kBatch) * kHeight * kWidth * layers[0].inputs, 7);
    gradient_in.resize(in.size());
    wave = random_values(100000, 9);
  }

  // The sum of the result times `wave`, and its gradients if wanted.
  double loss(bool backward) {
    const auto stage = Stage::create(layers, mask);
    REQUIRE(stage);
    std::vector<const float*> values;
    std::vector<float*> to;
    for (const auto& each : parameters) values.push_back(each.data());
    for (auto& each : gradients) to.push_back(each.data());
    std::vector<float> out(20000);
    auto pass = stage->forward(kBatch, kHeight, kWidth, in.data(), values.data(), out.data());
    REQUIRE(pass);
    double sum = 0;
    for (std::size_t i = 0; i < out.size(); ++i) sum += static_cast<double>(out[i]) * wave[i];
    if (backward)
      stage->backward(std::move(pass), in.data(), values.data(), wave.data(), to.data(),
                      gradient_in.data());
    return sum;
  }

  void check(std::vector<float>& values, const std::vector<float>& gradient) {
    for (std::size_t i = 0; i < values.size(); i += 1 + values.size() / 7) {
      constexpr float kStep = 1e-3F;
      const float kept = values[i];
      values[i] = kept + kStep;
      const double above = loss(false);
      values[i] = kept - kStep;
      const double below = loss(false);
      values[i] = kept;
      const double slope = (above - below) / (2 * kStep);
      CHECK(std::abs(slope - gradient[i]) <= 0.1 * (10 + std::abs(slope)));
    }
  }
  void check_gradients() {
    loss(true);
    for (std::size_t i = 0; i < parameters.size(); ++i) check(parameters[i], gradients[i]);
    check(in, gradient_in);
  }
};

TEST_CASE("gradients of every kind of layer are what differences say") {
  for (const int threads : {1, 2}) {
    set_threads(threads);
    Run({convolution(5, 20)}).check_gradients();
    Run({convolution(3, 8, true), convolution(8, 6)}).check_gradients();
    Run({depthwise(18, 5)}).check_gradients();
    Run({condition(6)}).check_gradients();
    Run({unshuffle(3, 2), convolution(12, 8), shuffle(8, 2)}).check_gradients();
    Run({depthwise(16, 3), convolution(16, 32, true), convolution(32, 16, false, 0)})
        .check_gradients();
    Run({convolution(4, 10, true), convolution(10, 12), convolution(12, 12, false, 2),
         condition(12)})
        .check_gradients();
  }
  set_threads(1);
}

TEST_CASE("gradients with a phase mask") {
  for (const int mask : {1, 6, 11}) {
    Run({convolution(5, 16), depthwise(16, 5), convolution(16, 20, true),
         convolution(20, 16, false, 1), convolution(16, 3)},
        mask)
        .check_gradients();
  }
}

TEST_CASE("layers that do not fit are refused") {
  const auto refused = [](std::vector<Layer> layers, int mask = 15) {
    return Stage::create(layers, mask) == nullptr;
  };
  CHECK(refused({}));
  CHECK(refused({convolution(3, 4), convolution(5, 4)}));
  CHECK(refused({depthwise(4, 4)}));
  CHECK(refused({depthwise(4, 17)}));
  CHECK(refused({convolution(4, 4, true)}));  // nobody takes the relu's result
  CHECK(refused({convolution(4, 4, true), depthwise(4, 3)}));
  CHECK(refused({convolution(4, 4), convolution(4, 5, false, 0)}));  // channels of the residual
  CHECK(refused({convolution(4, 4), convolution(4, 4, false, 2)}));  // a later layer
  CHECK(refused({unshuffle(4, 2), shuffle(16, 2), convolution(4, 4, false, 0)}));
  CHECK(refused({convolution(4, 4)}, 0));
  CHECK(refused({convolution(4, 4)}, 1));  // no depthwise layer to begin at
  CHECK(refused({depthwise(4, 3), condition(4)}, 1));
}

TEST_CASE("sizes that do not divide give nothing") {
  const std::vector<Layer> layers = {unshuffle(1, 4)};
  const auto stage = Stage::create(layers, 15);
  REQUIRE(stage);
  float value = 0;
  CHECK_FALSE(stage->forward(1, 6, 4, &value, nullptr, &value));
}

}  // namespace
}  // namespace vaecomp::training
