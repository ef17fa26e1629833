// From [row][column][channel] to [channel][row][column], from sixteenths to steps.
#include "tools/vaecomp/study/latent_arrays.h"

#include <utility>

namespace vaecomp {
namespace {

constexpr float kUnit = 1.0f / 16;  // of Latents, in quantisation steps

std::uint64_t side(int n) { return static_cast<std::uint64_t>(n); }

// `value_at(k)` gives element k of the layout [rows][columns][channels].
template <typename ValueAt>
NamedArray by_channel(std::string name, int rows, int columns, int channels,
                      const ValueAt& value_at) {
  NamedArray array{std::move(name), {side(channels), side(rows), side(columns)}, {}};
  const std::size_t positions = std::size_t{1} * rows * columns;
  array.values.reserve(positions * channels);
  for (std::size_t c = 0; c < side(channels); ++c)
    for (std::size_t p = 0; p < positions; ++p) array.values.push_back(value_at(p * channels + c));
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
  return by_channel("latents", latents.rows, latents.columns, latents.channels,
                    [&](std::size_t k) { return kUnit * latents.values[k]; });
}

std::vector<NamedArray> latent_arrays(const DecoderModel& model, const StudiedLatents& studied) {
  const Latents& latents = studied.latents;
  const auto sigmas = scale_deviations(model);
  const auto like_latents = [&](std::string name, const auto& value_at) {
    return by_channel(std::move(name), latents.rows, latents.columns, latents.channels, value_at);
  };
  const auto sigma_at = [&](std::size_t k) {
    return static_cast<float>(sigmas[studied.scale_indices[k]]);
  };
  const std::vector<double> picture{double(latents.header.width), double(latents.header.height),
                                    double(latents.header.quality)};
  return {
      latents_array(latents),
      like_latents("means", [&](std::size_t k) { return kUnit * studied.means[k]; }),
      like_latents("sigmas", sigma_at),
      by_channel("hyper_latents", studied.hyper_rows, studied.hyper_columns, studied.hyper_channels,
                 [&](std::size_t k) { return kUnit * studied.hyper_values[k]; }),
      plain("bits", {side(latents.rows), side(latents.columns)}, studied.bits),
      plain("channel_bits", {side(latents.channels)}, studied.channel_bits),
      plain("hyper_bits", {side(studied.hyper_rows), side(studied.hyper_columns)},
            studied.hyper_bits),
      plain("picture", {3}, picture),
  };
}

}  // namespace vaecomp
