// Runs a float network in segments: a depthwise convolution (or none), then everything that needs
// one position only, row group by row group, so that a block's wide inner activations live in the
// cache and never in memory.
#include "codec/analysis/float_network.h"

#include <algorithm>
#include <cmath>

#include "codec/analysis/float_kernels.h"
#include "codec/analysis/float_layers.h"
#include "codec/analysis/unshuffle.h"

namespace vaecomp {
namespace {

using TensorPtr = std::shared_ptr<const FloatTensor>;
using Layers = std::span<const FloatLayer>;

// Rows of this many positions together keep matrix products efficient.
constexpr int kPositionsPerTask = 192;

// Applies one pointwise layer to `rows`, a matrix [positions][channels]; `skip` is the same rows of
// the tensor to add.
void apply_pointwise(const FloatLayer& layer, int quality, const float* skip, Matrix& rows) {
  switch (layer.op) {
    case Op::kConv1x1: {
      Matrix product(rows.rows(), layer.channels_out);
      multiply_rows(rows.data(), layer.channels_in, static_cast<int>(rows.rows()), layer.packed,
                    layer.bias.data(), product.data(), layer.channels_out);
      rows.swap(product);
      return;
    }
    case Op::kRelu:
      rows = rows.cwiseMax(0.0f);
      return;
    case Op::kAdd:
      rows += Eigen::Map<const Matrix>(skip, rows.rows(), rows.cols());
      return;
    case Op::kAffine:
      rows.array().rowwise() *= layer.weights.row(quality).array();
      rows.rowwise() += layer.bias.row(quality);
      return;
    default:
      rows = rows.unaryExpr([](float v) { return std::asinh(v); });
      return;
  }
}

// Runs `segment` on `in`; add layers take tensors from the back of `stack`.
TensorPtr run_segment(Layers segment, const FloatTensor& in, std::vector<TensorPtr>& stack,
                      int quality, ThreadPool& pool) {
  auto out = std::make_shared<FloatTensor>(in.height, in.width, segment.back().channels_out);
  const int rows_per_task = std::clamp(kPositionsPerTask / std::max(1, in.width), 1, 16);
  const int tasks = (in.height + rows_per_task - 1) / rows_per_task;
  pool.parallel_for(0, tasks, [&](int task) {
    const int begin = task * rows_per_task, end = std::min(in.height, begin + rows_per_task);
    const Eigen::Index positions = static_cast<Eigen::Index>(end - begin) * in.width;
    Matrix rows = Eigen::Map<const Matrix>(in.row(begin), positions, in.channels);
    std::size_t top = stack.size();
    for (const FloatLayer& layer : segment) {
      if (layer.op == Op::kDepthwise) {
        for (int y = begin; y < end; ++y)
          depthwise_row(in.values.data(), in.height, in.width, in.channels, layer.weights.data(),
                        layer.bias.data(), layer.k, y, rows.data() + (y - begin) * in.row_size());
        continue;
      }
      const float* skip = layer.op == Op::kAdd ? stack[--top]->row(begin) : nullptr;
      apply_pointwise(layer, quality, skip, rows);
    }
    std::copy_n(rows.data(), rows.size(), out->row(begin));
  });
  for (const FloatLayer& layer : segment)
    if (layer.op == Op::kAdd) stack.pop_back();
  return out;
}

}  // namespace

std::span<const FloatLayer> FloatNetwork::Plan::filled_layers() {
  std::call_once(filled_, [this] {
    for (std::size_t i = 0; i < layers.size(); ++i) fill_weights(*file, records[i], layers[i]);
  });
  return layers;
}

Result<FloatNetwork> FloatNetwork::build(std::shared_ptr<const ModelFile> file,
                                         const NetworkRecord& record) {
  const auto corrupt = [&](std::string text) {
    return Error{ErrorCode::kCorrupt, "model: network '" + record.name + "' " + text, kNoOffset,
                 "VM-22"};
  };
  if (record.arithmetic != Arithmetic::kFloat || record.inputs.empty() || record.layers.empty())
    return corrupt("is not a float network");
  auto plan = std::make_shared<Plan>();
  plan->records = record.layers;
  for (const NetworkInput& input : record.inputs) plan->input_channels.push_back(input.channels);
  int channels = plan->input_channels[0];
  struct Pushed {
    int channels, scale;
  };
  std::vector<Pushed> pushed;
  for (const LayerRecord& layer_record : record.layers) {
    Result<FloatLayer> layer = bind_float_layer(*file, layer_record, channels);
    if (!layer) return layer.error();
    if (layer->op == Op::kPush) pushed.push_back({channels, plan->scale_down});
    if (layer->op == Op::kAdd) {
      if (pushed.empty() || pushed.back().channels != channels ||
          pushed.back().scale != plan->scale_down)
        return corrupt("adds tensors of different shapes");
      pushed.pop_back();
    }
    if (layer->op == Op::kUnshuffle) plan->scale_down *= layer->k;
    if (layer->op == Op::kInput) {
      if (layer_record.k >= plan->input_channels.size()) return corrupt("has no such input");
      layer->channels_out = plan->input_channels[layer_record.k];
      plan->reads_inputs_again = true;
      plan->scale_down = 1;
    }
    channels = layer->channels_out;
    if (channels > 65535 || plan->scale_down > 256) return corrupt("grows out of bounds");
    plan->layers.push_back(*std::move(layer));
  }
  if (!pushed.empty()) return corrupt("leaves tensors on the stack");
  plan->output_channels = channels;
  plan->file = std::move(file);
  return FloatNetwork(std::move(plan));
}

int FloatNetwork::input_count() const { return static_cast<int>(plan_->input_channels.size()); }
int FloatNetwork::input_channels(int i) const { return plan_->input_channels[i]; }
int FloatNetwork::output_channels() const { return plan_->output_channels; }
int FloatNetwork::scale_down() const { return plan_->scale_down; }

FloatTensor FloatNetwork::run(FloatTensor input, int quality, ThreadPool& pool) const {
  std::vector<FloatTensor> inputs;
  inputs.push_back(std::move(input));
  return run(std::move(inputs), quality, pool);
}

FloatTensor FloatNetwork::run(std::vector<FloatTensor> inputs, int quality,
                              ThreadPool& pool) const {
  std::vector<TensorPtr> shared;
  for (FloatTensor& input : inputs)
    shared.push_back(std::make_shared<const FloatTensor>(std::move(input)));
  TensorPtr x = shared[0];
  // A large picture goes as soon as it has been read.
  if (!plan_->reads_inputs_again) shared.clear();
  std::vector<TensorPtr> stack;
  const Layers layers = plan_->filled_layers();
  for (std::size_t begin = 0; begin < layers.size();) {
    const FloatLayer& first = layers[begin];
    std::size_t end = begin + 1;
    if (first.op == Op::kPush) {
      stack.push_back(x);
    } else if (first.op == Op::kUnshuffle) {
      x = std::make_shared<const FloatTensor>(unshuffled(*x, first.k, pool));
    } else if (first.op == Op::kInput) {
      x = shared[first.k];
    } else {
      while (end < layers.size() && layers[end].pointwise()) ++end;
      x = run_segment(layers.subspan(begin, end - begin), *x, stack, quality, pool);
    }
    begin = end;
  }
  return *x;
}

}  // namespace vaecomp
