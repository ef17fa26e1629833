// The encoder: read this file second. Pixels -> latents y and hyper latents (float networks, the encoder's own business) ->
// symbols, with the same integer prior that the decoder will run, so that both sides hold equal tables.
#include "codec/pipeline/enc_image.h"

#include <algorithm>
#include <cmath>

#include "codec/entropy/rans_encoder.h"
#include "codec/image/pad.h"
#include "codec/pipeline/band_streams.h"
#include "codec/pipeline/hyper_features.h"
#include "codec/prior/enc_latents.h"

namespace vaecomp {
namespace {

constexpr int kHyperMultiple = kHyperStride / kLatentStride;  // latents per hyper latent, 4

// The border of the zones: from here on everything is integer.
LatentsQ8 to_q8(const FloatTensor& y) {
  static constexpr float kLimit = 1 << 22;  // far outside of what can be coded; keeps the conversion defined
  LatentsQ8 out(y.height, y.width, y.channels);
  std::transform(y.values.begin(), y.values.end(), out.values.begin(), [](float v) {
    return static_cast<std::int32_t>(std::lrint(std::clamp(v * 256.0f, -kLimit, kLimit)));
  });
  return out;
}

}  // namespace

Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      ThreadPool& pool, const StageProgress& progress) {
  const Grid grid(image.width, image.height);

  const FloatTensor y = model.analysis.run(padded_picture(image, kLatentStride), quality, pool);
  if (auto go_on = progress.reached(0.7); !go_on) return go_on.error();
  const FloatTensor z = model.hyper_analysis.run(padded(y, kHyperMultiple), quality, pool);
  const LatentsQ8 y_q8 = to_q8(y);
  const LatentsQ8 z_q8 = to_q8(z);

  std::vector<RansEncoder> encoders(grid.bands, RansEncoder(model.tables));
  const Rounding rounding;
  Tensor hyper(grid.hyper_height, grid.hyper_width, model.hyper_channels());
  encode_hyper(z_q8, model.hyper_prior, quality, rounding, encoders.front(), hyper);
  const Tensor features = hyper_features(model, hyper, grid, quality, pool);

  Tensor decoded(grid.height, grid.width, model.latent_channels());
  for (std::size_t s = 0; s < model.steps.size(); ++s) {
    const Tensor* const inputs[] = {&features, &decoded};
    const Tensor parameters = model.context[s].run(inputs, quality, pool);
    pool.parallel_for(0, grid.bands, [&](int band) {
      encode_step(y_q8, parameters, model.steps[s], grid.band_begin(band), grid.band_end(band),
                  rounding, encoders[band], decoded);
    });
    if (auto go_on = progress.reached(0.7 + 0.25 * (s + 1) / model.steps.size()); !go_on)
      return go_on.error();
  }

  std::vector<Bytes> streams(grid.bands);
  pool.parallel_for(0, grid.bands, [&](int band) { streams[band] = encoders[band].finish(); });
  return EncodedLatents{join_streams(streams), std::move(decoded)};
}

}  // namespace vaecomp
