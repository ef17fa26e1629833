// Float arithmetic for the engine, and the shapes of float networks.
#include "codec/analysis/float_network.h"

#include <algorithm>
#include <cmath>

#include "codec/analysis/float_layers.h"
#include "codec/kernels/kernels.h"

namespace vaecomp {
namespace {

using Positions = PositionsOf<float>;
using ConstPositions = PositionsOf<const float>;

// Calls visit(a, y) for the channels of each position as arrays.
template <typename Visit>
void for_each_position(ConstPositions a, Positions y, int channels, int positions,
                       const Visit& visit) {
  for (int p = 0; p < positions; ++p) {
    visit(Eigen::Map<const RowArray>(a.data + p * a.stride, channels),
          Eigen::Map<RowArray>(y.data + p * y.stride, channels));
  }
}

struct FloatArithmetic {
  using Value = float;
  using Layer = FloatLayer;
  static constexpr int kChunk = 48, kWavePositions = 512;

  static void run(const RowOperation& operation, const Layer& layer, ConstPositions a,
                  ConstPositions b, Positions y, int positions, int quality) {
    const int channels = operation.channels;
    switch (operation.op) {
      case Op::kConv1x1:
        kernels().floats.multiply_rows(a.data, static_cast<int>(a.stride), positions, layer.packed,
                                       layer.bias.data(), y.data, static_cast<int>(y.stride));
        break;
      case Op::kAdd:
        for (int p = 0; p < positions; ++p) {
          Eigen::Map<RowArray>(y.data + p * y.stride, channels) =
              Eigen::Map<const RowArray>(a.data + p * a.stride, channels) +
              Eigen::Map<const RowArray>(b.data + p * b.stride, channels);
        }
        break;
      case Op::kRelu:
        for_each_position(a, y, channels, positions,
                          [](const auto& from, auto&& to) { to = from.max(0.0f); });
        break;
      case Op::kAffine: {
        const auto scale = layer.weights.row(quality).array();
        const auto bias = layer.bias.row(quality).array();
        for_each_position(a, y, channels, positions,
                          [&](const auto& from, auto&& to) { to = from * scale + bias; });
        break;
      }
      case Op::kAsinh:
        for_each_position(a, y, channels, positions, [](const auto& from, auto&& to) {
          to = from.unaryExpr([](float v) { return std::asinh(v); });
        });
        break;
      case Op::kInput:
      case Op::kPush:
      case Op::kDepthwise:
      case Op::kShuffle:
      case Op::kUnshuffle:
      case Op::kConcat:
        break;  // the engine's own, or refused by bind_float_layer()
    }
    if (operation.relu) cut_at_zero(y, channels, positions);
  }

  static void depthwise(const RowOperation& operation, const Layer& layer, const FloatRows& x,
                        int row, int first, Positions y, int positions) {
    kernels().floats.depthwise_row(x, layer.weights.data(), layer.bias.data(), operation.k, row,
                                   first, positions, y.data, y.stride);
    if (operation.relu) cut_at_zero(y, operation.channels, positions);
  }

  static void cut_at_zero(Positions y, int channels, int positions) {
    for_each_position({y.data, y.stride}, y, channels, positions,
                      [](const auto& from, auto&& to) { to = from.max(0.0f); });
  }
};

// Follows the layers with the shape of the current tensor and those on the stack.
class ShapeWalk {
 public:
  ShapeWalk(const ModelFile& file, const NetworkRecord& record) : file_(file), record_(record) {}

  Result<void> run(std::vector<FloatLayer>& layers) {
    if (record_.arithmetic != Arithmetic::kFloat || record_.inputs.empty() ||
        record_.layers.empty())
      return corrupt("is not a float network");
    LayerShape x = input(0);
    std::vector<std::size_t> pushed;
    for (std::size_t i = 0; i < record_.layers.size(); ++i) {
      Result<FloatLayer> layer = bind_float_layer(file_, record_.layers[i], x.channels);
      if (!layer) return layer.error();
      if (layer->op == Op::kInput) {
        if (layer->k >= static_cast<int>(record_.inputs.size()))
          return corrupt("has no such input");
        x = input(layer->k);
        layer->channels_out = x.channels;
      }
      if (layer->op == Op::kPush) pushed.push_back(i);
      x.partner = -1;
      if (layer->op == Op::kAdd) {
        if (pushed.empty() || shapes_[pushed.back()].channels != x.channels ||
            shapes_[pushed.back()].scale != x.scale)
          return corrupt("adds tensors of different shapes");
        x.partner = static_cast<int>(pushed.back());
        shapes_[pushed.back()].partner = static_cast<int>(i);
        pushed.pop_back();
      }
      if (layer->op == Op::kUnshuffle) x.scale = x.scale.over(layer->k);
      x.channels = layer->channels_out;
      if (x.channels > kMaxFloatChannels || x.scale.down > kMaxDown)
        return corrupt("grows out of bounds");
      layers.push_back(*std::move(layer));
      shapes_.push_back(x);
    }
    if (!pushed.empty()) return corrupt("leaves tensors on the stack");
    return {};
  }

  const std::vector<LayerShape>& shapes() const { return shapes_; }

 private:
  static constexpr int kMaxFloatChannels = 65535, kMaxDown = 256;

  LayerShape input(int k) const { return {.channels = record_.inputs[k].channels}; }

  Error corrupt(std::string text) const {
    return {ErrorCode::kCorrupt, "model: network '" + record_.name + "' " + std::move(text),
            kNoOffset, "VM-22"};
  }

  const ModelFile& file_;
  const NetworkRecord& record_;
  std::vector<LayerShape> shapes_;
};

}  // namespace

std::span<const FloatLayer> FloatNetwork::Plan::filled_layers() {
  std::call_once(filled_, [this] {
    for (std::size_t i = 0; i < layers.size(); ++i) fill_weights(*file, records[i], layers[i]);
  });
  return layers;
}

Result<FloatNetwork> FloatNetwork::build(std::shared_ptr<const ModelFile> file,
                                         const NetworkRecord& record) {
  auto plan = std::make_shared<Plan>();
  ShapeWalk walk(*file, record);
  if (auto sound = walk.run(plan->layers); !sound) return sound.error();
  plan->records = record.layers;
  plan->rows = plan_layers(record, walk.shapes(), 1);
  plan->output = walk.shapes().back();
  plan->file = std::move(file);
  return FloatNetwork(std::move(plan));
}

int FloatNetwork::input_count() const { return plan_->rows.inputs(); }
int FloatNetwork::input_channels(int i) const { return plan_->rows.input_channels[i]; }
int FloatNetwork::output_channels() const { return plan_->output.channels; }
int FloatNetwork::scale_down() const { return plan_->output.scale.down; }

Result<void> FloatNetwork::stream(std::span<const FloatInput> inputs, const RunOptions& options,
                                  ThreadPool& pool, const FloatSink& sink) const {
  return stream_network<FloatArithmetic>(plan_->rows, plan_->filled_layers(), inputs, options, pool,
                                         sink);
}

FloatTensor FloatNetwork::run(std::span<const FloatInput> inputs, int quality,
                              ThreadPool& pool) const {
  const Scale scale = plan_->output.scale;
  FloatTensor result(scale.of(inputs[0].rows.height), scale.of(inputs[0].rows.width),
                     output_channels());
  const auto keep = [&result](const FloatRows& rows, int begin, int end) {
    for (int y = begin; y < end; ++y) std::copy_n(rows.row(y), rows.row_size(), result.row(y));
  };
  const Result<void> done = stream(inputs, {.quality = quality}, pool, keep);
  assert(done);
  static_cast<void>(done);
  return result;
}

}  // namespace vaecomp
