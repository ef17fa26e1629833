// Analysis, hyper analysis, and the detail latents of those qualities that code them.
#include "codec/pipeline/enc_analysis.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "codec/image/pad.h"
#include "codec/pipeline/grid.h"

namespace vaecomp {
namespace {

constexpr int kHyperMultiple = kHyperStride / kLatentStride;  // latents per hyper latent, 4

LatentsQ8 to_q8(const FloatTensor& y) {
  // Far outside of what can be coded; keeps the conversion defined.
  static constexpr float kLimit = 1 << 22;
  LatentsQ8 out(y.height, y.width, y.channels);
  std::transform(y.values.begin(), y.values.end(), out.values.begin(), [](float v) {
    return static_cast<std::int32_t>(std::lrint(std::clamp(v * 256.0f, -kLimit, kLimit)));
  });
  return out;
}

// Writes a network's result to the channels of `out` from `first` on.
FloatSink into(FloatTensor& out, int first) {
  return [&out, first](const FloatRows& rows, int begin, int end) {
    for (int y = begin; y < end; ++y) {
      float* to = out.row(y) + first;
      for (int x = 0; x < rows.width; ++x, to += out.channels)
        std::copy_n(rows.at(y, x), rows.channels, to);
    }
  };
}

}  // namespace

PictureLatents to_integers(const FloatLatents& latents) {
  return {to_q8(latents.y), to_q8(latents.z)};
}

Result<FloatLatents> analyse(const Model::Impl& model, ImageView image, int quality,
                             ThreadPool& pool, const StageProgress& progress) {
  const Grid grid(image.width, image.height);
  const int base = model.analysis.output_channels();
  const auto run = [&](const FloatNetwork& network, std::span<const FloatInput> inputs,
                       const StageProgress& part, const FloatSink& sink) {
    const RunOptions options{.quality = quality, .progress = [&part](int done, int rows) {
                               return part.reached(static_cast<double>(done) / rows);
                             }};
    return network.stream(inputs, options, pool, sink);
  };

  FloatLatents latents{FloatTensor(grid.height, grid.width, model.latent_channels()),
                       FloatTensor(grid.hyper_height, grid.hyper_width, model.hyper_channels())};
  const FloatInput picture[] = {padded_picture(image, kLatentStride)};
  if (auto done = run(model.analysis, picture, progress.part(0, 0.8), into(latents.y, 0)); !done)
    return done.error();
  const FloatInput latent_rows[] = {padded(latents.y, base, kHyperMultiple)};
  if (auto done =
          run(model.hyper_analysis, latent_rows, progress.part(0.8, 0.85), into(latents.z, 0));
      !done)
    return done.error();
  const bool detail = std::ranges::any_of(
      model.steps_at(quality), [&](std::size_t s) { return model.steps[s].first >= base; });
  if (!detail) return latents;
  const FloatInput both[] = {padded(latents.y, base, 1), unshuffled_picture(image, kLatentStride)};
  if (auto done = run(*model.detail_analysis, both, progress.part(0.85, 1), into(latents.y, base));
      !done)
    return done.error();
  return latents;
}

}  // namespace vaecomp
