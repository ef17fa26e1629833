// Exact arithmetic for the engine. Exact zone.
#include "codec/exact/exact_network.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "codec/exact/kernel_layout.h"
#include "codec/kernels/kernels.h"
#include "codec/layers/graph_work.h"

namespace vaecomp {
namespace {

struct ExactArithmetic {
  using Value = std::int16_t;
  using Layer = LayerParameters;
  static constexpr int kChunk = 48, kWavePositions = 512;

  static void run(const RowOperation& operation, const Layer& layer, ConstRow a, ConstRow b, Row y,
                  int positions, int quality) {
    const ExactKernels& exact = kernels().exact;
    const int channels = operation.channels;
    switch (operation.op) {
      case Op::kAdd:
        return exact.add_row(layer, a, b, y, channels, positions);
      case Op::kConv1x1:
        return exact.conv1x1_row(layer, a, y, channels, positions);
      case Op::kRelu:
        return exact.relu_row(a, y, channels, positions);
      case Op::kAffine:
        return exact.affine_row(layer, quality, a, y, channels, positions);
      case Op::kInput:
      case Op::kPush:
      case Op::kDepthwise:
      case Op::kShuffle:
      case Op::kUnshuffle:
      case Op::kConcat:
      case Op::kAsinh:
        break;  // the engine's own, or refused by build_layer_graph()
    }
  }

  static void depthwise(const RowOperation& operation, const Layer& layer, const TensorRows& x,
                        int row, int first, Row y, int positions) {
    kernels().exact.depthwise_row(layer, x, operation.k, row, first, y, positions);
  }
};

}  // namespace

Result<ExactNetwork> ExactNetwork::build(const ModelFile& model, const NetworkRecord& record) {
  const Result<LayerGraph> graph = build_layer_graph(model, record, Arithmetic::kExact);
  if (!graph) return graph.error();
  ExactNetwork network;
  network.inputs_ = record.inputs;
  network.plan_ = plan_layers(*graph, kLanes);
  for (const LayerNode& node : graph->nodes)
    network.layers_.push_back(
        kernel_parameters(node, node.a < 0 ? 0 : graph->nodes[node.a].channels));
  network.output_channels_ = graph->output().channels;
  network.output_fraction_ = graph->output().fraction;
  network.scale_up_ = graph->output().scale.up;
  network.work_ = work_per_position(*graph);
  return network;
}

struct ExactRun::Impl {
  Impl(const LayerPlan& plan, std::span<const LayerParameters> layers,
       std::vector<RowSource> sources, const RunOptions& options, ThreadPool& pool)
      : inputs(std::move(sources)), run(plan, layers, inputs, options, pool) {}

  std::vector<RowSource> inputs;
  StreamedRun<ExactArithmetic> run;
};

ExactRun::ExactRun(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ExactRun::ExactRun(ExactRun&&) noexcept = default;
ExactRun::~ExactRun() = default;

int ExactRun::rows_wanted() const { return impl_->run.rows_wanted(); }
bool ExactRun::next_wave(const RowSink& sink) { return impl_->run.next_wave(sink); }

ExactRun ExactNetwork::begin(std::vector<RowSource> inputs, const RunOptions& options,
                             ThreadPool& pool) const {
  assert(fits(inputs, options));
  return ExactRun(
      std::make_unique<ExactRun::Impl>(plan_, layers_, std::move(inputs), options, pool));
}

Result<void> ExactNetwork::stream(std::span<const RowSource> inputs, const RunOptions& options,
                                  ThreadPool& pool, const RowSink& sink) const {
  assert(fits(inputs, options));
  return stream_network<ExactArithmetic>(plan_, layers_, inputs, options, pool, sink);
}

Result<void> ExactNetwork::stream(std::span<const TensorRows> inputs, const RunOptions& options,
                                  ThreadPool& pool, const RowSink& sink) const {
  return stream(std::vector<RowSource>(inputs.begin(), inputs.end()), options, pool, sink);
}

bool ExactNetwork::fits(std::span<const RowSource> inputs, const RunOptions& options) const {
  return std::equal(inputs.begin(), inputs.end(), inputs_.begin(), inputs_.end(),
                    [](const RowSource& given, const NetworkInput& declared) {
                      return given.rows.channels == declared.channels;
                    }) &&
         options.quality >= 0 && options.quality < kQualities;
}

Tensor ExactNetwork::run(std::span<const Tensor* const> inputs, int quality, ThreadPool& pool,
                         int phases) const {
  std::vector<TensorRows> whole;
  for (const Tensor* input : inputs) whole.emplace_back(*input);
  const int height = inputs[0]->height * scale_up_, width = inputs[0]->width * scale_up_;
  Tensor result(height, width, output_channels_);
  const auto keep = [&](const TensorRows& rows, int begin, int end) {
    for (int y = begin; y < end; ++y) {
      for (int x = 0; x < width; ++x) {
        if (has_position(phases, y, x)) std::copy_n(rows.at(y, x), rows.channels, result.at(y, x));
      }
    }
  };
  const Result<void> done = stream(whole, {.quality = quality, .phases = phases}, pool, keep);
  assert(done);
  static_cast<void>(done);
  return result;
}

}  // namespace vaecomp
