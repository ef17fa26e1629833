// MODEL.md section 5: from named networks and tensors to a decoder whose parts fit each other.
#include "codec/decoder/decoder_model.h"

#include <bit>
#include <cmath>
#include <string>

// The decoder's part of codec/default_model/default.vaem.
extern "C" const std::uint8_t vaecomp_default_decoder[];
extern "C" const std::uint8_t vaecomp_default_decoder_end[];

namespace vaecomp {
namespace {

constexpr int kLatentFraction = 4;  // Q4
constexpr int kSampleFraction = 6;  // Q6

Error corrupt(std::string text, std::string_view rule = "VM-26") {
  return {ErrorCode::kCorrupt, "model: " + std::move(text), kNoOffset, rule};
}

// The elements of tensor `name` if it is there, holds `T` and has the shape `dims`, where 0 stands
// for any number.
template <typename T>
Result<std::vector<T>> tensor(const ModelFile& file, std::string_view name,
                              std::initializer_list<std::uint32_t> dims) {
  const NamedTensor* found = file.find_tensor(name);
  if (!found) return corrupt("tensor '" + std::string(name) + "' is missing");
  const bool shape = std::equal(found->dims.begin(), found->dims.end(), dims.begin(), dims.end(),
                                [](std::uint32_t a, std::uint32_t b) { return b == 0 || a == b; });
  if (!shape || !found->data.is<T>())
    return corrupt("tensor '" + std::string(name) + "' has a wrong type or shape");
  return found->data.values<T>();
}

Result<ExactNetwork> exact_network(const ModelFile& file, const std::string& name) {
  const auto record = find_network(file, name);
  if (!record) return record.error();
  return ExactNetwork::build(file, **record);
}

Result<std::array<double, kQualities>> read_lambda(const ModelFile& file) {
  auto bits = tensor<F32Bits>(file, "quality.lambda", {kQualities});
  if (!bits) return bits.error();
  std::array<double, kQualities> lambda{};
  for (int q = 0; q < kQualities; ++q) {
    lambda[q] = std::bit_cast<float>((*bits)[q]);
    if (!(lambda[q] > 0) || !std::isfinite(lambda[q]))
      return corrupt("quality.lambda is not positive");
  }
  return lambda;
}

// Whether the networks fit each other and the grids of SPEC.md.
Result<void> check_fit(const DecoderModel::Impl& m) {
  const ExactNetwork& h = m.hyper_synthesis;
  if (h.input_count() != 1 || h.input_fraction(0) != kLatentFraction ||
      h.scale_up() != kHyperStride / kLatentStride)
    return corrupt("network 'hyper_synthesis' does not lead from hyper latents to features");
  for (std::size_t s = 0; s < m.steps.size(); ++s) {
    const ExactNetwork& c = m.context[s];
    if (c.input_count() != 2 || c.input_channels(0) != h.output_channels() ||
        c.input_fraction(0) != h.output_fraction() || c.input_channels(1) != m.latent_channels() ||
        c.input_fraction(1) != kLatentFraction || c.scale_up() != 1 ||
        c.output_channels() != 2 * m.steps[s].channels() || c.output_fraction() != kLatentFraction)
      return corrupt("network 'context." + std::to_string(s) + "' does not fit its step");
  }
  const ExactNetwork& g = m.synthesis;
  if (g.input_count() != 1 || g.input_fraction(0) != kLatentFraction || g.output_channels() != 3 ||
      g.output_fraction() != kSampleFraction || g.scale_up() != kLatentStride)
    return corrupt("network 'synthesis' does not lead from latents to samples");
  return {};
}

}  // namespace

Result<const NetworkRecord*> find_network(const ModelFile& file, const std::string& name) {
  const NetworkRecord* record = file.find_network(name);
  if (!record) return corrupt("network '" + name + "' is missing");
  return record;
}

Result<void> WorkPerPixel::check(const ModelLimits& limits) const {
  if (total_ <= limits.max_work) return {};
  return Error{ErrorCode::kLimit, "model: its networks take " + std::to_string(total_) +
                                      " steps a pixel, at most " + std::to_string(limits.max_work) +
                                      " are allowed"};
}

Result<DecoderModel::Impl> bind_decoder_model(const ModelFile& file, const ModelLimits& limits) {
  auto lambda = read_lambda(file);
  if (!lambda) return lambda.error();

  auto hyper_synthesis = exact_network(file, "hyper_synthesis");
  if (!hyper_synthesis) return hyper_synthesis.error();
  auto synthesis = exact_network(file, "synthesis");
  if (!synthesis) return synthesis.error();
  if (hyper_synthesis->input_count() != 1 || synthesis->input_count() != 1)
    return corrupt("'hyper_synthesis' and 'synthesis' have one input each");

  const std::uint32_t hyper_channels = hyper_synthesis->input_channels(0);
  auto means = tensor<std::int16_t>(file, "prior.hyper_mean", {kQualities, hyper_channels});
  if (!means) return means.error();
  auto indices =
      tensor<std::uint8_t>(file, "prior.hyper_scale_index", {kQualities, hyper_channels});
  if (!indices) return indices.error();
  auto hyper_prior = HyperPrior::build(*means, *indices, static_cast<int>(hyper_channels));
  if (!hyper_prior) return hyper_prior.error();

  auto step_table = tensor<std::uint16_t>(file, "prior.steps", {0, 4});
  if (!step_table) return step_table.error();
  auto steps = read_steps(*step_table, synthesis->input_channels(0));
  if (!steps) return steps.error();
  WorkPerPixel work;
  work.add(hyper_synthesis->work(), kLog2HyperPixels);
  work.add(synthesis->work(), kLog2LatentPixels);
  std::vector<ExactNetwork> context;
  for (std::size_t s = 0; s < steps->size(); ++s) {
    auto network = exact_network(file, "context." + std::to_string(s));
    if (!network) return network.error();
    work.add(network->work(), kLog2LatentPixels);
    context.push_back(*std::move(network));
  }
  if (auto little = work.check(limits); !little) return little.error();

  auto radius = tensor<std::uint16_t>(file, "entropy.radius", {0});
  if (!radius) return radius.error();
  auto cdf = tensor<std::uint16_t>(file, "entropy.cdf", {0});
  if (!cdf) return cdf.error();
  auto tables = CdfTables::build(*radius, *cdf);
  if (!tables) return tables.error();

  DecoderModel::Impl model{.id = file.id,
                           .card = file.card,
                           .lambda = *lambda,
                           .hyper_prior = *std::move(hyper_prior),
                           .hyper_synthesis = *std::move(hyper_synthesis),
                           .steps = *std::move(steps),
                           .context = std::move(context),
                           .tables = *std::move(tables),
                           .synthesis = *std::move(synthesis)};
  if (auto fit = check_fit(model); !fit) return fit.error();
  return model;
}

ByteSpan default_decoder_part() { return {vaecomp_default_decoder, vaecomp_default_decoder_end}; }

}  // namespace vaecomp
