#include "training/native/stage.h"

#include <algorithm>
#include <utility>

#include "training/native/depthwise.h"
#include "training/native/pass.h"

namespace vaecomp::training {
namespace {

bool fits(const Layer& layer) {
  if (layer.inputs < 1 || layer.outputs < 1 || layer.k < 1 || layer.inputs > kMaxChannels)
    return false;
  const int square = layer.k * layer.k;
  switch (layer.kind) {
    case LayerKind::kConvolution:
      return layer.k == 1;
    case LayerKind::kDepthwise:
      return layer.k % 2 == 1 && layer.k <= kMaxSide && layer.inputs == layer.outputs;
    case LayerKind::kCondition:
      return layer.inputs == layer.outputs;
    case LayerKind::kShuffle:
      return layer.inputs == layer.outputs * square;
    case LayerKind::kUnshuffle:
      return layer.outputs == layer.inputs * square;
  }
  return false;
}

}  // namespace

int parameters_of(const Layer& layer) {
  return layer.kind == LayerKind::kShuffle || layer.kind == LayerKind::kUnshuffle ? 0 : 2;
}

std::unique_ptr<Stage> Stage::create(std::span<const Layer> layers, int phase_mask) {
  if (layers.empty() || phase_mask < 1 || phase_mask > 15) return nullptr;
  std::unique_ptr<Stage> stage(new Stage());
  stage->layers_.assign(layers.begin(), layers.end());
  stage->phase_mask_ = phase_mask;
  const int count = static_cast<int>(layers.size());
  for (int i = 0; i < count; ++i) {
    const Layer& layer = layers[i];
    const bool convolution = layer.kind == LayerKind::kConvolution;
    if (!fits(layer) || (i > 0 && layers[i - 1].outputs != layer.inputs)) return nullptr;
    if (!convolution && (layer.relu || layer.residual >= 0)) return nullptr;
    if (layer.relu &&
        (layer.residual >= 0 || i + 1 == count || layers[i + 1].kind != LayerKind::kConvolution)) {
      return nullptr;
    }
    if (layer.residual >= 0) {
      const int source = layer.residual;
      if (source > i || layers[source].inputs != layer.outputs) return nullptr;
      // Between the two there is no other resolution, and no other residual of the same tensor.
      for (int j = source; j < i; ++j) {
        if (parameters_of(layers[j]) == 0 || layers[j].residual == source) return nullptr;
      }
    }
    if (layer.kind == LayerKind::kDepthwise) stage->compacting_ = i;
    stage->first_parameter_.push_back(stage->parameter_count_);
    stage->parameter_count_ += parameters_of(layer);
  }
  if (phase_mask == 15) stage->compacting_ = -1;
  if (phase_mask != 15) {
    if (stage->compacting_ < 0) return nullptr;
    for (int i = stage->compacting_ + 1; i < count; ++i) {
      if (layers[i].kind != LayerKind::kConvolution) return nullptr;
    }
  }
  return stage;
}

Stage::~Stage() = default;

std::unique_ptr<Pass> Stage::forward(int batch, int height, int width, const float* in,
                                     const float* const* parameters, float* out) {
  std::unique_ptr<Pass> pass;
  if (idle_.empty()) {
    pass = std::make_unique<Pass>(*this);
  } else {
    pass = std::move(idle_.back());
    idle_.pop_back();
  }
  if (!pass->begin(batch, height, width)) return nullptr;
  pass->forward(in, parameters, out);
  return pass;
}

void Stage::backward(std::unique_ptr<Pass> pass, const float* in, const float* const* parameters,
                     const float* gradient_out, float* const* gradients, float* gradient_in) {
  pass->backward(in, parameters, gradient_out, gradients, gradient_in);
  drop(std::move(pass));
}

void Stage::drop(std::unique_ptr<Pass> pass) { idle_.push_back(std::move(pass)); }

}  // namespace vaecomp::training
