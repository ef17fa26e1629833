// Analysis, hyper analysis, and the detail latents of those qualities that code them.
#include "codec/pipeline/enc_analysis.h"

#include <algorithm>
#include <cmath>

#include "codec/analysis/unshuffle.h"
#include "codec/image/pad.h"

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

// The latents with the detail latents behind them: zeros where the quality has none.
FloatTensor with_detail(const Model::Impl& model, ImageView image, FloatTensor y, int quality,
                        ThreadPool& pool) {
  const int base = y.channels, all = model.latent_channels();
  FloatTensor out(y.height, y.width, all), detail;
  const bool wanted = std::ranges::any_of(
      model.steps_at(quality), [&](std::size_t s) { return model.steps[s].first >= base; });
  if (wanted) {
    FloatTensor blocks = unshuffled(padded_picture(image, kLatentStride), kLatentStride, pool);
    std::vector<FloatTensor> inputs;
    inputs.push_back(y);
    inputs.push_back(std::move(blocks));
    detail = model.detail_analysis->run(std::move(inputs), quality, pool);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(y.height) * y.width; ++i) {
    std::copy_n(&y.values[i * base], base, &out.values[i * all]);
    if (wanted)
      std::copy_n(&detail.values[i * detail.channels], detail.channels,
                  &out.values[i * all + base]);
  }
  return out;
}

}  // namespace

PictureLatents to_integers(const FloatLatents& latents) {
  return {to_q8(latents.y), to_q8(latents.z)};
}

Result<FloatLatents> analyse(const Model::Impl& model, ImageView image, int quality,
                             ThreadPool& pool, const StageProgress& progress) {
  FloatLatents latents;
  latents.y = model.analysis.run(padded_picture(image, kLatentStride), quality, pool);
  if (auto go_on = progress.reached(0.8); !go_on) return go_on.error();
  latents.z = model.hyper_analysis.run(padded(latents.y, kHyperMultiple), quality, pool);
  if (model.detail_analysis)
    latents.y = with_detail(model, image, std::move(latents.y), quality, pool);
  return latents;
}

}  // namespace vaecomp
