// The gradients of the layers, and the way back through a stage.
#include <algorithm>
#include <utility>

#include "training/native/depthwise.h"
#include "training/native/pass.h"
#include "training/native/rows.h"
#include "training/native/threads.h"

namespace vaecomp::training {
namespace {

constexpr int kRowsAtOnce = 4;  // of a picture, for a task

int parts(int whole, int size) { return (whole + size - 1) / size; }

}  // namespace

int Pass::take_buffer() {
  const auto free = std::ranges::find(taken_, false);
  const auto index = static_cast<std::size_t>(free - taken_.begin());
  if (free == taken_.end()) {
    taken_.push_back(true);
    buffers_.emplace_back();
  }
  taken_[index] = true;
  return static_cast<int>(index);
}

void Pass::backward(const float* in, const float* const* parameters, const float* gradient_out,
                    float* const* gradients, float* gradient_in) {
  pack_weights(parameters, true);
  tensors_[0] = in;
  const int count = static_cast<int>(stage_.layers_.size());
  residual_.assign(count, nullptr);
  residual_buffer_.assign(count, -1);
  residual_compact_.assign(count, false);
  taken_.assign(buffers_.size(), false);
  const float* y = gradient_out;
  int y_buffer = -1;  // the caller's
  for (int i = count - 1; i >= 0; --i) {
    const Step at = step(i, parameters);
    if (const int source = at.layer.residual; source >= 0) {
      residual_[source] = y;
      residual_buffer_[source] = y_buffer;
      residual_compact_[source] = shapes_[i + 1].compact && !shapes_[source].compact;
    }
    int x_buffer = -1;
    float* x = gradient_in;
    if (i > 0) {
      x_buffer = take_buffer();
      x = buffers_[x_buffer].sized(size(i));
    }
    const Gradients back{y, gradients + stage_.first_parameter_[i], x};
    switch (at.layer.kind) {
      case LayerKind::kConvolution:
        convolve_back(at, back);
        break;
      case LayerKind::kDepthwise:
        depthwise_back(at, back);
        break;
      case LayerKind::kCondition:
        condition_back(at, back);
        break;
      case LayerKind::kShuffle:
      case LayerKind::kUnshuffle:
        if (x) {
          shuffle(at, y, x, true);
          finish_rows(at, x, 0, batch_ * positions(i));
        }
        break;
    }
    // A gradient that has still to be added to another stays.
    const bool stays =
        std::ranges::any_of(std::span(residual_).first(i), [&](const float* r) { return r == y; });
    if (y_buffer >= 0 && !stays) taken_[y_buffer] = false;
    if (residual_buffer_[i] >= 0) taken_[residual_buffer_[i]] = false;
    y = x;
    y_buffer = x_buffer;
  }
}

void Pass::finish_rows(const Step& step, float* gradient, int first, int count) const {
  const int channels = shapes_[step.index].channels;
  const std::ptrdiff_t offset = static_cast<std::ptrdiff_t>(first) * channels;
  const std::size_t values = static_cast<std::size_t>(count) * channels;
  if (const float* residual = residual_[step.index]) {
    if (residual_compact_[step.index]) {
      for_selected(first, count, [&](int position, int index) {
        add(gradient + static_cast<std::ptrdiff_t>(position) * channels,
            residual + static_cast<std::ptrdiff_t>(index) * channels, channels);
      });
    } else {
      add(gradient + offset, residual + offset, values);
    }
  }
  if (step.index > 0 && stage_.layers_[step.index - 1].relu)
    mask_gradient(gradient + offset, step.x + offset, values);
}

void Pass::convolve_back(const Step& step, const Gradients& gradients) const {
  const Layer& layer = step.layer;
  const int rows = batch_ * positions(step.index);
  const OuterProducts products(gradients.y, layer.outputs, step.x, layer.inputs, rows,
                               gradients.parameters[0]);
  const int outer = gradients.parameters[0] ? products.tasks() : 0;
  const int bias = gradients.parameters[1] ? 1 : 0;
  const int strips = gradients.x ? parts(rows, kStripRows) : 0;
  parallel_tasks(outer + bias + strips, [&](int task) {
    if (task < outer) {
      products.run(task);
    } else if (task < outer + bias) {
      sum_rows(gradients.y, rows, layer.outputs, gradients.parameters[1]);
    } else {
      const int first = (task - outer - bias) * kStripRows,
                count = std::min(kStripRows, rows - first);
      multiply_strip(gradients.y + static_cast<std::ptrdiff_t>(first) * layer.outputs,
                     layer.outputs, count, packed_[step.index], nullptr,
                     gradients.x + static_cast<std::ptrdiff_t>(first) * layer.inputs, layer.inputs);
      finish_rows(step, gradients.x, first, count);
    }
  });
}

void Pass::depthwise_back(const Step& step, const Gradients& gradients) {
  const Shape shape = shapes_[step.index];
  const int channels = shape.channels, k = step.layer.k, of_picture = shape.height * shape.width;
  const float* y = gradients.y;
  if (shapes_[step.index + 1].compact) {
    float* const spread = spread_.sized(size(step.index));
    std::fill_n(spread, size(step.index), 0.0F);
    for_selected(0, batch_ * of_picture, [&](int position, int index) {
      std::copy_n(gradients.y + static_cast<std::ptrdiff_t>(index) * channels, channels,
                  spread + static_cast<std::ptrdiff_t>(position) * channels);
    });
    y = spread;
  }
  const int taps = k * k;
  const std::vector<float> no_bias(channels);
  const int lanes = gradients.parameters[0] ? parts(channels, kTapLanes) : 0;
  const int bias = gradients.parameters[1] ? 1 : 0;
  const int bands = parts(shape.height, kRowsAtOnce), strips = gradients.x ? batch_ * bands : 0;
  parallel_tasks(lanes + bias + strips, [&](int task) {
    if (task < lanes) {
      const int first = task * kTapLanes, end = std::min(channels, first + kTapLanes);
      float sums[kMaxSide * kMaxSide * kTapLanes];
      depthwise_taps({step.x, shape.height, shape.width, channels}, y, batch_, k, first,
                     end - first, sums);
      for (int c = first; c < end; ++c) {
        for (int t = 0; t < taps; ++t)
          gradients.parameters[0][c * taps + t] = sums[t * kTapLanes + c - first];
      }
      return;
    }
    if (task < lanes + bias) {
      sum_rows(gradients.y, batch_ * positions(step.index + 1), channels, gradients.parameters[1]);
      return;
    }
    const int strip = task - lanes - bias, picture = strip / bands,
              top = strip % bands * kRowsAtOnce;
    const int bottom = std::min(shape.height, top + kRowsAtOnce);
    const Picture in{y + static_cast<std::ptrdiff_t>(picture) * of_picture * channels, shape.height,
                     shape.width, channels};
    const int first = picture * of_picture + top * shape.width;
    for (int row = top; row < bottom; ++row) {
      depthwise_row(
          in, taps_[step.index].data(), no_bias.data(), k, row, 0, shape.width,
          gradients.x +
              (static_cast<std::ptrdiff_t>(picture) * of_picture + row * shape.width) * channels);
    }
    finish_rows(step, gradients.x, first, (bottom - top) * shape.width);
  });
}

void Pass::condition_back(const Step& step, const Gradients& gradients) const {
  const int channels = step.layer.inputs, rows = positions(step.index);
  parallel_tasks(batch_, [&](int picture) {
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(picture) * rows * channels;
    std::vector<float> unwanted(gradients.parameters[0] && gradients.parameters[1] ? 0 : channels);
    const auto wanted = [&](float* to) { return to ? to + picture * channels : unwanted.data(); };
    scale_rows_backward(gradients.y + first, step.x + first,
                        step.parameters[0] + picture * channels, rows, channels,
                        gradients.x ? gradients.x + first : nullptr,
                        wanted(gradients.parameters[0]), wanted(gradients.parameters[1]));
    if (gradients.x) finish_rows(step, gradients.x, picture * rows, rows);
  });
}

}  // namespace vaecomp::training
