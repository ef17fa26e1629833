// Hyper latents, then the context steps, each with the prior that the values before it give.
#include "codec/pipeline/enc_symbols.h"

#include <cassert>

#include "codec/entropy/rans_encoder.h"
#include "codec/pipeline/band_streams.h"
#include "codec/pipeline/hyper_features.h"
#include "codec/pipeline/run_steps.h"
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
  const Progress unwatched;
  const Result<void> done =
      run_steps(model, features, grid, quality, pool, StageProgress(unwatched), decoded,
                [&](std::size_t s, int band, const TensorRows& parameters, int begin, int end) {
                  encode_step(latents.y, parameters, model.steps[s], begin, end, rounding,
                              encoders[band], decoded);
                });
  assert(done);
  static_cast<void>(done);

  std::vector<Bytes> streams(grid.bands);
  pool.parallel_for(0, grid.bands, [&](int band) { streams[band] = encoders[band].finish(); });
  return {join_streams(streams), std::move(decoded)};
}

}  // namespace vaecomp
