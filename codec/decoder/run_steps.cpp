// Networks by rows, rows by bands.
#include "codec/decoder/run_steps.h"

#include <algorithm>

#include "codec/decoder/all_channels.h"

namespace vaecomp {

Result<void> run_step(const DecoderModel::Impl& model, std::size_t s, const Tensor& features,
                      const Grid& grid, int quality, ThreadPool& pool, const RowsDone& done,
                      const Tensor& decoded, const CodeRows& code) {
  const RunOptions options{
      .quality = quality, .phases = model.steps[s].phase_mask, .progress = done};
  const auto cut_at_bands = [&](const TensorRows& parameters, int begin, int end) {
    while (begin < end) {
      const int band = grid.band_of(begin);
      const int stop = std::min(end, grid.band_end(band));
      code(s, band, parameters, begin, stop);
      begin = stop;
    }
  };
  const RowSource inputs[] = {TensorRows(features),
                              with_all_channels(decoded, model.latent_channels())};
  return model.context[s].stream(inputs, options, pool, cut_at_bands);
}

Result<void> run_steps(const DecoderModel::Impl& model, const Tensor& features, const Grid& grid,
                       int quality, ThreadPool& pool, const StageProgress& progress,
                       const Tensor& decoded, const CodeRows& code) {
  const auto steps = model.steps_at(quality);
  const auto share = [&](std::size_t n) { return static_cast<double>(n) / steps.size(); };
  for (std::size_t n = 0; n < steps.size(); ++n) {
    const StageProgress part = progress.part(share(n), share(n + 1));
    const auto reached = [&part](int done, int rows) {
      return part.reached(static_cast<double>(done) / rows);
    };
    if (auto done =
            run_step(model, steps[n], features, grid, quality, pool, reached, decoded, code);
        !done)
      return done;
  }
  return {};
}

}  // namespace vaecomp
