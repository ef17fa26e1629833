// Hyper latents, then the context steps, each with the prior that the values before it give.
#include "codec/pipeline/enc_symbols.h"

#include "codec/entropy/rans_encoder.h"
#include "codec/pipeline/band_streams.h"
#include "codec/pipeline/hyper_features.h"
#include "codec/prior/enc_latents.h"

namespace vaecomp {

EncodedLatents encode_symbols(const Model::Impl& model, const PictureLatents& latents,
                              const Grid& grid, int quality, const Rounding& rounding,
                              ThreadPool& pool) {
  std::vector<RansEncoder> encoders(grid.bands, RansEncoder(model.tables));
  Tensor hyper(grid.hyper_height, grid.hyper_width, model.hyper_channels());
  encode_hyper(latents.z, model.hyper_prior, quality, {}, encoders.front(), hyper);
  const Tensor features = hyper_features(model, hyper, grid, quality, pool);

  Tensor decoded(grid.height, grid.width, model.latent_channels());
  for (const std::size_t s : model.steps_at(quality)) {
    const Tensor* const inputs[] = {&features, &decoded};
    const Tensor parameters =
        model.context[s].run(inputs, quality, pool, model.steps[s].phase_mask);
    pool.parallel_for(0, grid.bands, [&](int band) {
      encode_step(latents.y, parameters, model.steps[s], grid.band_begin(band), grid.band_end(band),
                  rounding, encoders[band], decoded);
    });
  }

  std::vector<Bytes> streams(grid.bands);
  pool.parallel_for(0, grid.bands, [&](int band) { streams[band] = encoders[band].finish(); });
  return {join_streams(streams), std::move(decoded)};
}

}  // namespace vaecomp
