// From [row][column][channel] to [channel][row][column], from sixteenths to steps.
#include "tools/vaecomp/latent_arrays.h"

#include <utility>

namespace vaecomp {
namespace {

constexpr float kUnit = 1.0f / 16;  // of Latents, in quantisation steps

// `value_at(k)` gives element k of the latents' own layout.
template <typename ValueAt>
NamedArray by_channel(std::string name, const Latents& latents, const ValueAt& value_at) {
  const std::size_t positions = std::size_t{1} * latents.rows * latents.columns;
  const auto side = [](int n) { return static_cast<std::uint64_t>(n); };
  NamedArray array{
      std::move(name), {side(latents.channels), side(latents.rows), side(latents.columns)}, {}};
  array.values.reserve(latents.values.size());
  for (std::size_t c = 0; c < std::size_t{1} * latents.channels; ++c)
    for (std::size_t p = 0; p < positions; ++p)
      array.values.push_back(value_at(p * latents.channels + c));
  return array;
}

NamedArray plain(std::string name, std::vector<std::uint64_t> shape,
                 const std::vector<double>& values) {
  NamedArray array{std::move(name), std::move(shape), {}};
  for (const double value : values) array.values.push_back(static_cast<float>(value));
  return array;
}

}  // namespace

NamedArray latents_array(const Latents& latents) {
  return by_channel("latents", latents, [&](std::size_t k) { return kUnit * latents.values[k]; });
}

std::vector<NamedArray> latent_arrays(const Model& model, const StudiedLatents& studied) {
  const Latents& latents = studied.latents;
  const auto sigmas = scale_deviations(model);
  const auto side = [](int n) { return static_cast<std::uint64_t>(n); };
  const std::vector<double> picture{double(latents.header.width), double(latents.header.height),
                                    double(latents.header.quality)};
  return {latents_array(latents),
          by_channel("means", latents, [&](std::size_t k) { return kUnit * studied.means[k]; }),
          by_channel(
              "sigmas", latents,
              [&](std::size_t k) { return static_cast<float>(sigmas[studied.scale_indices[k]]); }),
          plain("bits", {side(latents.rows), side(latents.columns)}, studied.bits),
          plain("channel_bits", {side(latents.channels)}, studied.channel_bits),
          plain("hyper_bits", {side(studied.hyper_rows), side(studied.hyper_columns)},
                studied.hyper_bits),
          plain("picture", {3}, picture)};
}

}  // namespace vaecomp
