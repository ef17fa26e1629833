// Float arithmetic for the engine.
#include "codec/float/float_network.h"

#include <algorithm>
#include <limits>
#include <mutex>

#include "codec/float/float_weights.h"
#include "codec/kernels/kernels.h"
#include "codec/layers/graph_work.h"
#include "format/limits.h"

namespace vaecomp {
namespace {

using Positions = PositionsOf<float>;
using ConstPositions = PositionsOf<const float>;

// The numbers of a node.
struct FloatLayer {
  PackedWeights packed = {};        // conv1x1, multiplier folded in
  std::vector<float> weights = {};  // depthwise: [k * k][channels]; affine: scales [101][channels]
  std::vector<float> bias = {};     // conv1x1, depthwise: [channels]; affine: [101][channels]
  bool relu = false;
};

// Of a node that reads `inputs` channels.
FloatLayer float_layer(const LayerNode& node, int inputs) {
  FloatLayer layer = {.bias = float_values(node.bias), .relu = node.relu};
  if (node.op == Op::kAffine) layer.weights = float_values(node.weights);
  if (node.op == Op::kDepthwise || node.op == Op::kConv1x1)
    layer.weights = scaled_transpose(node.weights, float_values(node.multiplier));
  if (node.op == Op::kConv1x1) {
    layer.packed = pack_weights(layer.weights.data(), inputs, node.channels);
    layer.weights = {};
  }
  return layer;
}

void cut_at_zero(Positions y, int channels, int positions) {
  for (int p = 0; p < positions; ++p)
    kernels().floats.clip(y.data + p * y.stride, channels, 0, std::numeric_limits<float>::max());
}

struct FloatArithmetic {
  using Value = float;
  using Layer = FloatLayer;
  static constexpr int kChunk = 48, kWavePositions = 512;

  static void run(const RowOperation& operation, const Layer& layer, ConstPositions a,
                  ConstPositions b, Positions y, int positions, int quality) {
    const int channels = operation.channels;
    const FloatKernels& floats = kernels().floats;
    const auto for_positions = [&](const auto& make) {
      for (int p = 0; p < positions; ++p) make(p, a.data + p * a.stride, y.data + p * y.stride);
    };
    switch (operation.op) {
      case Op::kConv1x1:
        return floats.multiply_rows(a.data, a.stride, positions, layer.packed, layer.bias.data(),
                                    layer.relu ? 0 : kAnything, y.data, y.stride);
      case Op::kAdd:
        for_positions([&](int p, const float* from, float* to) {
          floats.add(from, b.data + p * b.stride, channels, to);
        });
        break;
      case Op::kRelu:
        for_positions([&](int, const float* from, float* to) { std::copy_n(from, channels, to); });
        return cut_at_zero(y, channels, positions);
      case Op::kAffine: {
        const float* scale = layer.weights.data() + std::ptrdiff_t{channels} * quality;
        const float* bias = layer.bias.data() + std::ptrdiff_t{channels} * quality;
        for_positions([&](int, const float* from, float* to) {
          floats.scale(from, scale, bias, channels, to);
        });
        break;
      }
      case Op::kAsinh:
        for_positions([&](int, const float* from, float* to) { floats.asinh(from, channels, to); });
        break;
      case Op::kInput:
      case Op::kPush:
      case Op::kDepthwise:
      case Op::kShuffle:
      case Op::kUnshuffle:
      case Op::kConcat:
        break;  // the engine's own
    }
    if (layer.relu) cut_at_zero(y, channels, positions);
  }

  static void depthwise(const RowOperation& operation, const Layer& layer, const FloatRows& x,
                        int row, int first, Positions y, int positions) {
    kernels().floats.depthwise_row(x, layer.weights.data(), layer.bias.data(), operation.k, row,
                                   first, positions, y.data, y.stride);
    if (layer.relu) cut_at_zero(y, operation.channels, positions);
  }
};

}  // namespace

struct FloatNetwork::Plan {
  explicit Plan(LayerGraph checked)
      : graph(std::move(checked)), rows(plan_layers(graph, 1)), work(work_per_position(graph)) {}

  // The layers, ready to run. Whoever only decodes never comes here, and is spared the time and the
  // memory of the numbers.
  std::span<const FloatLayer> layers() {
    std::call_once(filled_, [this] {
      for (LayerNode& node : graph.nodes) {
        layers_.push_back(float_layer(node, node.a < 0 ? 0 : graph.nodes[node.a].channels));
        node.weights = node.bias = node.multiplier = {};  // so that the model's bytes can go
      }
    });
    return layers_;
  }

  LayerGraph graph;
  const LayerPlan rows;
  const std::uint64_t work;  // before weights go

 private:
  std::vector<FloatLayer> layers_;  // by node
  std::once_flag filled_;
};

Result<FloatNetwork> FloatNetwork::build(const ModelFile& model, const NetworkRecord& record) {
  Result<LayerGraph> graph = build_layer_graph(model, record, Arithmetic::kFloat);
  if (!graph) return graph.error();
  return FloatNetwork(std::make_shared<Plan>(*std::move(graph)));
}

int FloatNetwork::input_count() const { return plan_->rows.inputs(); }
int FloatNetwork::input_channels(int i) const { return plan_->rows.input_channels[i]; }
int FloatNetwork::output_channels() const { return plan_->graph.output().channels; }
Scale FloatNetwork::scale() const { return plan_->graph.output().scale; }
std::uint64_t FloatNetwork::work() const { return plan_->work; }

Result<void> FloatNetwork::stream(std::span<const FloatInput> inputs, const RunOptions& options,
                                  ThreadPool& pool, const FloatSink& sink) const {
  return stream_network<FloatArithmetic>(plan_->rows, plan_->layers(), inputs, options, pool, sink);
}

FloatTensor FloatNetwork::run(std::span<const FloatInput> inputs, int quality,
                              ThreadPool& pool) const {
  FloatTensor result(scale().of(inputs[0].rows.height), scale().of(inputs[0].rows.width),
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
