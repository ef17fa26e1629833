// The layers on whole batches, and the order in which they go forward and back.
#include "training/native/pass.h"

#include <algorithm>

#include "training/native/depthwise.h"
#include "training/native/rows.h"
#include "training/native/threads.h"

namespace vaecomp::training {
namespace {

constexpr int kRowsAtOnce = 4;  // of a picture, for a task

int parts(int whole, int size) { return (whole + size - 1) / size; }

}  // namespace

Pass::Pass(const Stage& stage) : stage_(stage) {
  const std::size_t count = stage.layers_.size();
  shapes_.resize(count + 1);
  tensors_.resize(count + 1);
  memory_.resize(count + 1);
  packed_.resize(count);
  taps_.resize(count);
}

bool Pass::begin(int batch, int height, int width) {
  batch_ = batch;
  shapes_[0] = {height, width, stage_.layers_[0].inputs, false};
  for (std::size_t i = 0; i < stage_.layers_.size(); ++i) {
    const Layer& layer = stage_.layers_[i];
    Shape shape = shapes_[i];
    if (layer.kind == LayerKind::kUnshuffle) {
      if (shape.height % layer.k || shape.width % layer.k) return false;
      shape.height /= layer.k;
      shape.width /= layer.k;
    } else if (layer.kind == LayerKind::kShuffle) {
      shape.height *= layer.k;
      shape.width *= layer.k;
    }
    shape.channels = layer.outputs;
    if (static_cast<int>(i) == stage_.compacting_) {
      shape.compact = true;
      selected_.clear();
      for (int y = 0; y < shape.height; ++y) {
        for (int x = 0; x < shape.width; ++x) {
          if (stage_.phase_mask_ >> (2 * (y % 2) + x % 2) & 1)
            selected_.push_back(y * shape.width + x);
        }
      }
    }
    shapes_[i + 1] = shape;
  }
  return true;
}

int Pass::positions(int tensor) const {
  const Shape& shape = shapes_[tensor];
  return shape.compact ? static_cast<int>(selected_.size()) : shape.height * shape.width;
}

std::size_t Pass::size(int tensor) const {
  return static_cast<std::size_t>(batch_) * positions(tensor) * shapes_[tensor].channels;
}

Pass::Step Pass::step(int index, const float* const* parameters) const {
  return {index, stage_.layers_[index], tensors_[index],
          parameters + stage_.first_parameter_[index]};
}

void Pass::pack_weights(const float* const* parameters, bool backward) {
  struct Task {
    int layer, group;
  };
  std::vector<Task> tasks;
  for (int i = 0; i < static_cast<int>(stage_.layers_.size()); ++i) {
    const Layer& layer = stage_.layers_[i];
    if (layer.kind == LayerKind::kDepthwise) {
      taps_[i].resize(static_cast<std::size_t>(layer.inputs) * layer.k * layer.k);
      tasks.push_back({i, 0});
    }
    if (layer.kind != LayerKind::kConvolution) continue;
    if (backward) {
      size_packed(packed_[i], layer.outputs, layer.inputs);
    } else {
      size_packed(packed_[i], layer.inputs, layer.outputs);
    }
    for (int group = 0; group < packed_[i].groups(); ++group) tasks.push_back({i, group});
  }
  parallel_tasks(static_cast<int>(tasks.size()), [&](int t) {
    const auto [i, group] = tasks[t];
    const Layer& layer = stage_.layers_[i];
    const float* weights = parameters[stage_.first_parameter_[i]];
    if (layer.kind == LayerKind::kConvolution) {
      pack_group(packed_[i], group, weights, backward ? layer.inputs : 1,
                 backward ? 1 : layer.inputs);
      return;
    }
    const int taps = layer.k * layer.k, channels = layer.inputs;
    for (int c = 0; c < channels; ++c) {
      for (int tap = 0; tap < taps; ++tap)
        taps_[i][(backward ? taps - 1 - tap : tap) * channels + c] = weights[c * taps + tap];
    }
  });
}

void Pass::forward(const float* in, const float* const* parameters, float* out) {
  pack_weights(parameters, false);
  tensors_[0] = in;
  const int count = static_cast<int>(stage_.layers_.size());
  for (int i = 0; i < count; ++i) {
    float* const y = i + 1 == count ? out : memory_[i + 1].sized(size(i + 1));
    tensors_[i + 1] = y;
    const Step at = step(i, parameters);
    switch (at.layer.kind) {
      case LayerKind::kConvolution:
        convolve(at, y);
        break;
      case LayerKind::kDepthwise:
        depthwise(at, y);
        break;
      case LayerKind::kCondition:
        condition(at, y);
        break;
      case LayerKind::kShuffle:
      case LayerKind::kUnshuffle:
        shuffle(at, at.x, y, false);
        break;
    }
  }
}

void Pass::convolve(const Step& step, float* y) const {
  const Layer& layer = step.layer;
  const int rows = batch_ * positions(step.index);
  const int source = layer.residual;
  const float* residual = source < 0 ? nullptr : tensors_[source];
  const int channels = layer.outputs, selected = static_cast<int>(selected_.size());
  // The residual is gathered where it has all positions and the result has not.
  const bool gather = residual && shapes_[step.index].compact && !shapes_[source].compact;
  const int of_picture = residual ? positions(source) : 0;
  parallel_tasks(parts(rows, kStripRows), [&](int task) {
    const int first = task * kStripRows, count = std::min(kStripRows, rows - first);
    float* const to = y + static_cast<std::ptrdiff_t>(first) * channels;
    multiply_strip(step.x + static_cast<std::ptrdiff_t>(first) * layer.inputs, layer.inputs, count,
                   packed_[step.index], step.parameters[1], to, channels);
    const std::size_t values = static_cast<std::size_t>(count) * channels;
    if (layer.relu) rectify(to, values);
    if (residual && !gather)
      add(to, residual + static_cast<std::ptrdiff_t>(first) * channels, values);
    for (int p = first; gather && p < first + count; ++p) {
      const std::ptrdiff_t from =
          static_cast<std::ptrdiff_t>(p / selected) * of_picture + selected_[p % selected];
      add(y + static_cast<std::ptrdiff_t>(p) * channels, residual + from * channels, channels);
    }
  });
}

void Pass::depthwise(const Step& step, float* y) const {
  const Shape shape = shapes_[step.index];
  const int channels = shape.channels, tasks = parts(shape.height, kRowsAtOnce), k = step.layer.k;
  const std::ptrdiff_t picture_size =
      static_cast<std::ptrdiff_t>(shape.height) * shape.width * channels;
  const float* const taps = taps_[step.index].data();
  const bool compact = shapes_[step.index + 1].compact;
  parallel_tasks(batch_ * tasks, [&](int task) {
    const int picture = task / tasks, top = task % tasks * kRowsAtOnce;
    const int bottom = std::min(shape.height, top + kRowsAtOnce);
    const Picture in{step.x + picture * picture_size, shape.height, shape.width, channels};
    const int before = picture * shape.height * shape.width;
    if (compact) {
      for_selected(before + top * shape.width, (bottom - top) * shape.width, [&](int p, int index) {
        depthwise_row(in, taps, step.parameters[1], k, (p - before) / shape.width,
                      (p - before) % shape.width, 1,
                      y + static_cast<std::ptrdiff_t>(index) * channels);
      });
      return;
    }
    for (int row = top; row < bottom; ++row) {
      depthwise_row(in, taps, step.parameters[1], k, row, 0, shape.width,
                    y + (before + row * shape.width) * static_cast<std::ptrdiff_t>(channels));
    }
  });
}

void Pass::condition(const Step& step, float* y) const {
  const int channels = step.layer.inputs, rows = positions(step.index);
  parallel_tasks(batch_, [&](int picture) {
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(picture) * rows * channels;
    scale_rows(step.x + first, step.parameters[0] + picture * channels,
               step.parameters[1] + picture * channels, rows, channels, y + first);
  });
}

// The wide side has [row * k + i][column * k + j][c] where the deep one has [row][column][(c * k +
// i) * k + j].
void Pass::shuffle(const Step& step, const float* from, float* to, bool inverse) const {
  const bool widen = (step.layer.kind == LayerKind::kShuffle) != inverse;
  const Shape deep = shapes_[step.index + (step.layer.kind == LayerKind::kUnshuffle)];
  const int k = step.layer.k, square = k * k, channels = deep.channels / square;
  const std::ptrdiff_t wide_row = static_cast<std::ptrdiff_t>(deep.width) * k * channels;
  parallel_tasks(batch_ * deep.height, [&](int row) {
    for (int x = 0; x < deep.width; ++x) {
      const std::ptrdiff_t at_deep =
          (static_cast<std::ptrdiff_t>(row) * deep.width + x) * deep.channels;
      for (int i = 0; i < k; ++i) {
        const std::ptrdiff_t at_wide =
            (static_cast<std::ptrdiff_t>(row) * k + i) * wide_row + x * k * channels;
        for (int j = 0; j < k; ++j) {
          const std::ptrdiff_t a = at_deep + i * k + j, b = at_wide + j * channels;
          if (widen) {
            for (int c = 0; c < channels; ++c) to[b + c] = from[a + c * square];
          } else {
            for (int c = 0; c < channels; ++c) to[a + c * square] = from[b + c];
          }
        }
      }
    }
  });
}

}  // namespace vaecomp::training
