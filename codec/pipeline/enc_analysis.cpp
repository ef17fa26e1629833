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

// Writes a network's result to the channels of `out` from `first` on.
FloatSink into(LatentsQ8& out, int first) {
  // Far outside of what can be coded; keeps the conversion defined.
  static constexpr float kLimit = 1 << 22;
  return [&out, first](const FloatRows& rows, int begin, int end) {
    for (int y = begin; y < end; ++y) {
      for (int x = 0; x < rows.width; ++x) {
        std::transform(rows.at(y, x), rows.at(y, x) + rows.channels, out.at(y, x) + first,
                       [](float v) {
                         v = std::clamp(v * kLatentOne, -kLimit, kLimit);
                         return static_cast<std::int32_t>(std::lrint(v));
                       });
      }
    }
  };
}

// The first `channels` channels, in quantisation steps, with both sides rounded up to a multiple of
// `multiple` by repeating the last row and column. Borrows the latents.
FloatInput rows_of(const LatentsQ8& latents, int channels, int multiple) {
  const auto round_up = [multiple](int n) { return (n + multiple - 1) / multiple * multiple; };
  const int width = round_up(latents.width);
  return {round_up(latents.height), width, channels, [&latents, channels, width](int y, float* to) {
            for (int x = 0; x < width; ++x) {
              const std::int32_t* from =
                  latents.at(std::min(y, latents.height - 1), std::min(x, latents.width - 1));
              to = std::transform(from, from + channels, to, [](std::int32_t v) {
                return static_cast<float>(v) / kLatentOne;
              });
            }
          }};
}

}  // namespace

Result<PictureLatents> analyse(const Model::Impl& model, ImageView image, int quality,
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

  PictureLatents latents{LatentsQ8(grid.height, grid.width, model.latent_channels()),
                         LatentsQ8(grid.hyper_height, grid.hyper_width, model.hyper_channels())};
  const FloatInput picture[] = {padded_picture(image, kLatentStride)};
  if (auto done = run(model.analysis, picture, progress.part(0, 0.8), into(latents.y, 0)); !done)
    return done.error();
  const FloatInput latent_rows[] = {rows_of(latents.y, base, kHyperMultiple)};
  if (auto done =
          run(model.hyper_analysis, latent_rows, progress.part(0.8, 0.85), into(latents.z, 0));
      !done)
    return done.error();
  const bool detail = std::ranges::any_of(
      model.steps_at(quality), [&](std::size_t s) { return model.steps[s].first >= base; });
  if (!detail) return latents;
  const FloatInput both[] = {rows_of(latents.y, base, 1), unshuffled_picture(image, kLatentStride)};
  if (auto done = run(*model.detail_analysis, both, progress.part(0.85, 1), into(latents.y, base));
      !done)
    return done.error();
  return latents;
}

}  // namespace vaecomp
