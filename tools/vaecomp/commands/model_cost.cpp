// Walks over layer lists and counts.
#include "tools/vaecomp/commands/model_cost.h"

#include <algorithm>
#include <bit>
#include <string>
#include <variant>

#include "format/limits.h"

namespace vaecomp {
namespace {

bool is_context(const NetworkRecord& network) { return network.name.starts_with("context."); }

// Positions of a network's input per pixel of the picture.
double positions_per_pixel(const NetworkRecord& network) {
  constexpr double kLatents = 1.0 / (kLatentStride * kLatentStride);
  constexpr double kHyper = 1.0 / (kHyperStride * kHyperStride);
  if (network.name == "hyper_synthesis") return kHyper;
  if (network.name == "hyper_analysis" || network.name == "detail_analysis" ||
      network.name == "synthesis" || is_context(network)) {
    return kLatents;
  }
  return 1;
}

std::uint64_t element_count(const NamedTensor& tensor) {
  std::uint64_t count = 1;
  for (const std::uint32_t dim : tensor.dims) count *= dim;
  return count;
}

// Weights without those of inputs that a 1x1 convolution does not look at: columns of zeros, which
// take no time.
std::uint64_t weights_in_use(const LayerRecord& layer, const NamedTensor& tensor) {
  if (layer.op != Op::kConv1x1) return element_count(tensor);
  const std::size_t columns = tensor.dims[1];
  std::vector<bool> used(columns);
  std::visit(
      [&](const auto& data) {
        if constexpr (requires { data.size(); }) {
          for (std::size_t i = 0; i < data.size(); ++i)
            if (data[i] != 0) used[i % columns] = true;
        }
      },
      tensor.data);
  return static_cast<std::uint64_t>(std::ranges::count(used, true)) * tensor.dims[0];
}

// The table of context steps (MODEL.md section 5), or null.
constexpr std::size_t kFields = 4, kPhaseMask = 2, kLeastQuality = 3;
const std::vector<std::uint16_t>* step_fields(const ModelFile& file) {
  const NamedTensor* steps = file.find_tensor("prior.steps");
  return steps ? std::get_if<std::vector<std::uint16_t>>(&steps->data) : nullptr;
}

// Of a context step's positions, those that it codes; of other networks' all.
double coded_share(const ModelFile& file, const NetworkRecord& network) {
  const std::vector<std::uint16_t>* fields = step_fields(file);
  if (!is_context(network) || fields == nullptr) return 1;
  for (std::size_t s = 0; s * kFields + kPhaseMask < fields->size(); ++s) {
    if (network.name == "context." + std::to_string(s))
      return std::popcount((*fields)[s * kFields + kPhaseMask]) / 4.0;
  }
  return 1;
}

// The number of the first layer after the last one that looks at neighbours.
std::size_t after_last_neighbours(const NetworkRecord& network) {
  const auto last =
      std::find_if(network.layers.rbegin(), network.layers.rend(), [](const LayerRecord& layer) {
        return layer.op == Op::kDepthwise || layer.op == Op::kShuffle || layer.op == Op::kUnshuffle;
      });
  return static_cast<std::size_t>(network.layers.rend() - last);
}

NetworkCost cost_of(const ModelFile& file, const NetworkRecord& network) {
  NetworkCost cost;
  cost.network = &network;
  double positions = positions_per_pixel(network);
  const std::size_t thin = after_last_neighbours(network);  // ExactNetwork::run's last segment
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const LayerRecord& layer = network.layers[i];
    if (i == thin) positions *= coded_share(file, network);
    const double area = double{1} * layer.k * layer.k;
    if (layer.op == Op::kShuffle) positions *= area;
    if (layer.op == Op::kUnshuffle) positions /= area;
    // An input layer starts again from the network's own scale.
    if (layer.op == Op::kInput) positions = positions_per_pixel(network);
    if (layer.op != Op::kConv1x1 && layer.op != Op::kDepthwise) continue;
    // Every weight of these two is used once per position.
    const std::uint64_t weights = weights_in_use(layer, file.tensors[layer.weights]);
    cost.parameters += weights + element_count(file.tensors[layer.bias]);
    cost.macs_per_pixel += positions * static_cast<double>(weights);
  }
  return cost;
}

}  // namespace

std::vector<NetworkCost> network_costs(const ModelFile& file) {
  std::vector<NetworkCost> costs;
  for (const NetworkRecord& network : file.networks) costs.push_back(cost_of(file, network));
  return costs;
}

CodecCost codec_cost(const std::vector<NetworkCost>& costs) {
  CodecCost total;
  for (const NetworkCost& cost : costs) {
    const std::string& name = cost.network->name;
    const bool both = name == "hyper_synthesis" || is_context(*cost.network);
    if (both || name == "analysis" || name == "detail_analysis" || name == "hyper_analysis")
      total.encode += cost.macs_per_pixel;
    if (cost.network->arithmetic == Arithmetic::kFloat) total.floats += cost.macs_per_pixel;
    if (both || name == "synthesis") total.decode += cost.macs_per_pixel;
  }
  return total;
}

int least_full_quality(const ModelFile& file) {
  int least = 0;
  if (const std::vector<std::uint16_t>* fields = step_fields(file)) {
    for (std::size_t i = kLeastQuality; i < fields->size(); i += kFields)
      least = std::max<int>(least, (*fields)[i]);
  }
  return least;
}

}  // namespace vaecomp
