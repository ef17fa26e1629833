// Decoding with a record of what the prior held and what each value cost, and synthesis of any
// latents.
#include "vaecomp/study.hpp"

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "codec/api/call_guard.h"
#include "codec/decoder/band_decoders.h"
#include "codec/decoder/band_dequantisers.h"
#include "codec/decoder/dec_image.h"
#include "codec/decoder/hyper_features.h"
#include "codec/study/check_latents.h"
#include "codec/study/code_steps.h"

namespace vaecomp {
namespace {

// -log2 of the probability of `value`, escape bits included: unrounded, because the many values
// that cost next to nothing would add up to nothing.
double bits_of(const CdfTables& tables, int table, int value) {
  const int radius = tables.radius(table);
  const int magnitude = std::abs(value);
  const bool escaped = magnitude > radius;
  const int symbol = escaped ? 2 * radius + 1 : value + radius;
  const double bits = kFrequencyBits - std::log2(tables.symbol(table, symbol).frequency);
  return escaped ? bits + 2 * escape_bits(magnitude - radius - 1) + 2 : bits;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

Result<StudiedLatents> study(const DecoderModel::Impl& model, const Container& container,
                             ThreadPool& pool, const StageProgress& progress) {
  const StreamHeader& header = container.header;
  const Grid grid(static_cast<int>(header.width), static_cast<int>(header.height));
  Result<BandDecoders> decoders = BandDecoders::open(container, grid.bands, model.tables);
  if (!decoders) return decoders.error();

  const Result<ColourTurn> turn = read_colour_turn(container);
  if (!turn) return turn.error();
  const Result<PixelFilter> filter = read_pixel_filter(container);
  if (!filter) return filter.error();
  StudiedLatents out;
  out.hyper_rows = grid.hyper_height;
  out.hyper_columns = grid.hyper_width;
  out.hyper_channels = model.hyper_channels();
  out.hyper_bits.resize(std::size_t{1} * grid.hyper_height * grid.hyper_width);
  Tensor hyper(grid.hyper_height, grid.hyper_width, model.hyper_channels());
  code_hyper(model.hyper_prior, header.quality, hyper, [&](const LatentPrior& prior) {
    const int value = (*decoders)[0].get_value(prior.scale_index);
    out.hyper_bits[std::size_t{1} * prior.y * grid.hyper_width + prior.x] +=
        bits_of(model.tables, prior.scale_index, value);
    return value;
  });
  // A header may promise far more than its stream holds: then no network need run.
  if (auto sound = decoders->fault(0); !sound) return sound.error();
  out.hyper_values.assign(hyper.values.begin(), hyper.values.end());
  HyperFeatures features(model, hyper, grid, header.quality, pool);

  const int channels = model.latent_channels();
  const std::size_t positions = std::size_t{1} * grid.height * grid.width;
  out.bits.reserve(positions);
  out.means.reserve(positions * channels);
  out.scale_indices.reserve(positions * channels);
  // Rows come to be with their symbols: what is only promised takes no memory.
  int rows = 0;
  const auto grow_to = [&](int end) {
    rows = end;
    const std::size_t some = std::size_t{1} * end * grid.width;
    out.bits.resize(some);
    out.means.resize(some * channels);
    out.scale_indices.resize(some * channels);
  };
  // A band's own sums, so that bands may run in parallel and the result depends on nothing else.
  std::vector<std::vector<double>> band_channel_bits(grid.bands, std::vector<double>(channels));
  Tensor decoded(grid.height, grid.width, channels);
  BandDequantisers dequantisers(grid, quantisation_of(header));
  const auto offset_of = [&](std::size_t step, int band, const LatentPrior& prior) {
    if (prior.y >= rows) grow_to(prior.y + 1);
    Dequantiser& dequantiser = dequantisers.of(step, band);
    const int table = dequantiser.table(prior.scale_index);
    const int value = (*decoders)[band].get_value(table);
    const double bits = bits_of(model.tables, table, value);
    const std::size_t position = std::size_t{1} * prior.y * grid.width + prior.x;
    const std::size_t k = position * channels + prior.channel;
    out.bits[position] += bits;
    band_channel_bits[band][prior.channel] += bits;
    out.means[k] = static_cast<std::int16_t>(prior.mean);
    out.scale_indices[k] = static_cast<std::uint8_t>(prior.scale_index);
    return dequantiser.offset(value);
  };
  const FeatureRows feature_rows(features.rows(), [&features](int end) { features.make(end); });
  if (auto done =
          code_steps(model, feature_rows, grid, header.quality, pool, progress.part(0, 0.99),
                     decoded, offset_of, [&](int band) { return decoders->fault(band); });
      !done)
    return done.error();
  grow_to(grid.height);
  if (auto end = decoders->finish(); !end) return end.error();

  // What is not coded is its mean.
  for (std::size_t k = 0; k < out.means.size(); ++k)
    if (out.scale_indices[k] == 0) out.means[k] = decoded.values[k];
  out.channel_bits.resize(channels);
  for (const std::vector<double>& band : band_channel_bits)
    for (int c = 0; c < channels; ++c) out.channel_bits[c] += band[c];
  out.latents = {
      header,  grid.height, grid.width, channels, {decoded.values.begin(), decoded.values.end()},
      *filter, *turn};
  return out;
}

}  // namespace

double StudiedLatents::total_bits() const { return sum(bits); }
double StudiedLatents::total_hyper_bits() const { return sum(hyper_bits); }

Result<StudiedLatents> decode_latents(const DecoderModel& model, ByteSpan stream,
                                      const DecodeOptions& options) {
  return guarded([&]() -> Result<StudiedLatents> {
    const Result<Container> container = read_container(stream, options.limits);
    if (!container) return container.error();
    if (container->header.has_pixels())
      return Error{ErrorCode::kInvalidArgument, "a picture of pixels has no latents"};
    if (container->header.model_id != model.id()) return unknown_model(container->header.model_id);
    ThreadPool pool(thread_count(options.threads));
    const StageProgress progress(options.progress);
    Result<StudiedLatents> studied = study(model.impl(), *container, pool, progress);
    if (!studied) return studied;
    if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
    return studied;
  });
}

Result<Image> synthesise_latents(const DecoderModel& model, const Latents& latents,
                                 const DecodeOptions& options) {
  return guarded([&]() -> Result<Image> {
    if (auto valid = check_latents(model, latents, options.limits); !valid) return valid.error();
    ThreadPool pool(thread_count(options.threads));
    Tensor tensor(latents.rows, latents.columns, latents.channels);
    tensor.values.assign(latents.values.begin(), latents.values.end());
    return synthesise(model.impl(), tensor, {.filter = latents.filter, .turn = latents.turn},
                      latents.header, pool, StageProgress(options.progress));
  });
}

std::array<double, kScaleIndices> scale_deviations(const DecoderModel& model) {
  const CdfTables& tables = model.impl().tables;
  std::array<double, kScaleIndices> deviations{};
  for (int i = 1; i < kScaleIndices; ++i) {
    const int radius = tables.radius(i);
    double first = 0, second = 0;
    for (int s = 0; s <= 2 * radius; ++s) {  // without the escape: its values have no one size
      const double share = tables.symbol(i, s).frequency / static_cast<double>(kFrequencyTotal);
      first += share * (s - radius);
      second += share * (s - radius) * (s - radius);
    }
    deviations[i] = std::sqrt(second - first * first);
  }
  return deviations;
}

}  // namespace vaecomp
