// Counts over the networks' graphs.
#include "codec/study/model_cost.h"

#include <algorithm>
#include <bit>
#include <string>

#include "codec/layers/layer_graph.h"
#include "codec/prior/context_step.h"
#include "format/limits.h"

namespace vaecomp {
namespace {

bool is_context(const std::string& name) { return name.starts_with("context."); }

// Positions of a network's input per pixel of the picture.
double positions_per_pixel(const std::string& name) {
  constexpr double kLatents = 1.0 / (kLatentStride * kLatentStride);
  constexpr double kHyper = 1.0 / (kHyperStride * kHyperStride);
  if (name == "hyper_synthesis") return kHyper;
  if (name == "hyper_analysis" || name == "detail_analysis" || name == "synthesis" ||
      is_context(name))
    return kLatents;
  return 1;
}

// Of a context step's positions, those that it codes; of other networks' all.
double coded_share(const std::vector<ContextStep>& steps, const std::string& name) {
  for (std::size_t s = 0; s < steps.size(); ++s)
    if (name == "context." + std::to_string(s))
      return std::popcount(static_cast<unsigned>(steps[s].phase_mask)) / 4.0;
  return 1;
}

// Weights of a convolution, of which a conv1x1 spends nothing on inputs that meet only zeros.
std::uint64_t weights_in_use(const LayerNode& node, std::size_t inputs) {
  if (node.op != Op::kConv1x1) return node.weights.size();
  std::vector<bool> used(inputs);
  with_weights(node.weights, [&](const auto& weights) {
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (weights[i] != 0) used[i % inputs] = true;
  });
  return static_cast<std::uint64_t>(std::ranges::count(used, true)) * node.channels;
}

void count(const LayerGraph& graph, double thin_share, NetworkInfo& info) {
  const auto last = std::find_if(graph.nodes.rbegin(), graph.nodes.rend(),
                                 [](const LayerNode& node) { return node.sees_neighbours(); });
  const auto thin = static_cast<std::size_t>(graph.nodes.rend() - last);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const LayerNode& node = graph.nodes[n];
    if (node.op != Op::kConv1x1 && node.op != Op::kDepthwise) continue;
    // Every weight of these two is used once per position.
    const std::uint64_t weights = weights_in_use(node, graph.nodes[node.a].channels);
    const double side = double{1} * node.scale.up / node.scale.down;
    info.parameters += weights + node.bias.size();
    info.macs_per_pixel += positions_per_pixel(info.name) * side * side *
                           (n >= thin ? thin_share : 1) * static_cast<double>(weights);
  }
}

}  // namespace

Result<std::vector<NetworkInfo>> network_costs(const ModelFile& file,
                                               const std::vector<ContextStep>& steps) {
  std::vector<NetworkInfo> networks;
  for (const NetworkRecord& record : file.networks) {
    const Result<LayerGraph> graph = build_layer_graph(file, record, record.arithmetic);
    if (!graph) return graph.error();
    NetworkInfo info{.name = record.name,
                     .exact = record.arithmetic == Arithmetic::kExact,
                     .input_channels = {},
                     .layers = record.layers.size()};
    for (const NetworkInput& input : record.inputs) info.input_channels.push_back(input.channels);
    count(*graph, coded_share(steps, record.name), info);
    networks.push_back(std::move(info));
  }
  return networks;
}

CodecCost codec_cost(const std::vector<NetworkInfo>& networks) {
  CodecCost total;
  for (const NetworkInfo& network : networks) {
    const std::string& name = network.name;
    const bool both = name == "hyper_synthesis" || is_context(name);
    if (both || name == "analysis" || name == "detail_analysis" || name == "hyper_analysis")
      total.encode += network.macs_per_pixel;
    if (!network.exact) total.floats += network.macs_per_pixel;
    if (both || name == "synthesis") total.decode += network.macs_per_pixel;
  }
  return total;
}

}  // namespace vaecomp
