// Analysis, hyper analysis, and the detail latents of those qualities that code them.
#include "codec/encoder/enc_analysis.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <vector>

#include "codec/decoder/grid.h"
#include "codec/encoder/pad.h"

namespace vaecomp {
namespace {

constexpr int kHyperMultiple = kHyperStride / kLatentStride;  // latents per hyper latent, 4

std::int32_t to_q8(float v) {
  // Far outside of what can be coded; keeps the conversion defined.
  static constexpr float kLimit = 1 << 22;
  return static_cast<std::int32_t>(std::lrint(std::clamp(v * kLatentOne, -kLimit, kLimit)));
}

// Writes a network's result to the channels of `out` from `first` on.
FloatSink into(PackedLatents& out, int first) {
  return [&out, first](const FloatRows& rows, int begin, int end) {
    std::vector<std::int32_t> row(rows.row_size());
    for (int y = begin; y < end; ++y) {
      std::transform(rows.row(y), rows.row(y) + row.size(), row.begin(), to_q8);
      out.write(y, first, first + rows.channels, row.data());
    }
  };
}

FloatSink into(LatentsQ8& out) {
  return [&out](const FloatRows& rows, int begin, int end) {
    for (int y = begin; y < end; ++y)
      std::transform(rows.row(y), rows.row(y) + rows.row_size(), out.at(y, 0), to_q8);
  };
}

// Where groups of channels begin of which each step codes whole ones, and so do the `base` channels
// of the first analysis.
std::vector<int> channel_cuts(const Model::Impl& model, int base) {
  std::set<int> cuts{0, base, model.latent_channels()};
  for (const ContextStep& step : model.steps) cuts.insert({step.first, step.end});
  return {cuts.begin(), cuts.end()};
}

// The first `channels` channels, in quantisation steps, with both sides rounded up to a multiple of
// `multiple` by repeating the last row and column. Borrows the latents.
FloatInput rows_of(const PackedLatents& latents, int channels, int multiple) {
  const auto round_up = [multiple](int n) { return (n + multiple - 1) / multiple * multiple; };
  const int width = round_up(latents.width());
  return {round_up(latents.height()), width, channels,
          [&latents, channels, width](int y, float* to) {
            std::vector<std::int32_t> row(static_cast<std::size_t>(latents.width()) * channels);
            latents.read(std::min(y, latents.height() - 1), 0, channels, row.data());
            const auto in_steps = [](std::int32_t v) { return static_cast<float>(v) / kLatentOne; };
            to = std::transform(row.begin(), row.end(), to, in_steps);
            for (int x = latents.width(); x < width; ++x)
              to = std::transform(row.end() - channels, row.end(), to, in_steps);
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

  PictureLatents latents{PackedLatents(grid.height, grid.width, channel_cuts(model, base)),
                         LatentsQ8(grid.hyper_height, grid.hyper_width, model.hyper_channels())};
  const FloatInput picture[] = {padded_picture(image, kLatentStride)};
  if (auto done = run(model.analysis, picture, progress.part(0, 0.8), into(latents.y, 0)); !done)
    return done.error();
  const FloatInput latent_rows[] = {rows_of(latents.y, base, kHyperMultiple)};
  if (auto done = run(model.hyper_analysis, latent_rows, progress.part(0.8, 0.85), into(latents.z));
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
