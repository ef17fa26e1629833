// Networks by rows, rows by bands.
#include "codec/decoder/run_steps.h"

#include <algorithm>

#include "codec/decoder/all_channels.h"

namespace vaecomp {

Result<void> run_step(const DecoderModel::Impl& model, std::size_t s, const FeatureRows& features,
                      const Grid& grid, int quality, ThreadPool& pool, const RowsDone& done,
                      const Tensor& decoded, const CodeRows& code) {
  Result<void> coded;
  int reached = 0;  // rows
  const auto cut_at_bands = [&](const TensorRows& parameters, int begin, int end) {
    reached = end;
    while (begin < end && coded) {
      const int band = grid.band_of(begin);
      const int stop = std::min(end, grid.band_end(band));
      coded = code(s, band, parameters, begin, stop);
      begin = stop;
    }
  };
  ExactRun run = model.context[s].begin(
      {TensorRows(features.rows), with_all_channels(decoded, model.latent_channels())},
      {.quality = quality, .phases = model.steps[s].phase_mask}, pool);
  while (true) {
    if (features.make) features.make(run.rows_wanted());
    if (!run.next_wave(cut_at_bands)) return coded;
    if (!coded) return coded;
    if (auto go_on = done(reached, grid.height); !go_on) return go_on;
  }
}

Result<void> run_steps(const DecoderModel::Impl& model, const FeatureRows& features,
                       const Grid& grid, int quality, ThreadPool& pool,
                       const StageProgress& progress, const Tensor& decoded, const CodeRows& code) {
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
