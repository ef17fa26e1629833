// Hyper latents, then the context steps, each with the prior that the values before it give.
#include "codec/encoder/enc_symbols.h"

#include <algorithm>
#include <cassert>

#include "codec/decoder/all_channels.h"
#include "codec/decoder/band_dequantisers.h"
#include "codec/decoder/band_streams.h"
#include "codec/decoder/hyper_features.h"
#include "codec/decoder/run_steps.h"
#include "codec/encoder/enc_latents.h"
#include "codec/encoder/rans_encoder.h"

namespace vaecomp {

Bytes encode_symbols(const DecoderModel::Impl& model, const PictureLatents& latents,
                     const Grid& grid, int quality, const Rounding& rounding, ThreadPool& pool,
                     DecodedSink* decoded, SymbolPrices* prices) {
  std::vector<RansEncoder> encoders(grid.bands, RansEncoder(model.tables));
  Tensor hyper(grid.hyper_height, grid.hyper_width, model.hyper_channels());
  PriceMap* const latent_prices = prices == nullptr ? nullptr : &prices->latents;
  encode_hyper(latents.z, model.hyper_prior, quality, {}, encoders.front(), hyper,
               prices == nullptr ? nullptr : &prices->hyper);
  const Tensor features = hyper_features(model, hyper, grid, quality, pool);

  // What the steps before the last decode is context for others.
  std::vector<std::size_t> steps = model.steps_at(quality);
  int channels = 0;
  for (std::size_t n = 0; n + 1 < steps.size(); ++n)
    channels = std::max(channels, model.steps[steps[n]].end);
  Tensor context(grid.height, grid.width, channels);
  BandDequantisers dequantisers(grid, rounding.quantisation);
  const auto code = [&](std::size_t s, int band, const TensorRows& parameters, int begin, int end) {
    encode_step(latents.y, parameters, model.steps[s], begin, end, rounding,
                dequantisers.of(s, band), encoders[band], context, latent_prices);
    return Result<void>();
  };
  const auto unwatched = [](int, int) { return Result<void>(); };
  for (std::size_t n = 0; n + 1 < steps.size(); ++n) {
    [[maybe_unused]] const Result<void> done =
        run_step(model, steps[n], features, grid, quality, pool, unwatched, context, code);
    assert(done);
  }

  std::vector<Bytes> streams(grid.bands);
  const int coded = model.coded_channels(quality);
  std::vector<std::int16_t> row(std::size_t{1} * grid.width * coded);
  const auto finish_row = [&](int y) {
    if (decoded != nullptr) decoded->take(y, row);
    const int band = grid.band_of(y);
    if (y + 1 == grid.band_end(band)) streams[band] = encoders[band].finish();
  };
  const auto code_last = [&](std::size_t s, int band, const TensorRows& parameters, int begin,
                             int end) {
    for (int y = begin; y < end; ++y) {
      add_channels(context.row(y), channels, coded, grid.width, row.data());
      encode_step(latents.y, parameters, model.steps[s], y, y + 1, rounding,
                  dequantisers.of(s, band), encoders[band], {grid.height, grid.width, coded, row},
                  latent_prices);
      finish_row(y);
    }
    return Result<void>();
  };
  const auto advance = [decoded](int, int) {
    if (decoded != nullptr) decoded->advance();
    return Result<void>();
  };
  if (steps.empty()) {
    for (int y = 0; y < grid.height; ++y) finish_row(y);
  } else {
    [[maybe_unused]] const Result<void> done =
        run_step(model, steps.back(), features, grid, quality, pool, advance, context, code_last);
    assert(done);
  }
  return join_streams(streams);
}

}  // namespace vaecomp
