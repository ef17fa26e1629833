// Adam (Kingma, Ba, 2015) on one tile after another, with soft rounding that hardens on the way.
#include "codec/refine/refine_latents.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vaecomp {
namespace {

constexpr int kCell = kHyperStride / kLatentStride;
constexpr int kTileSide = 32;  // latents: 512 pixels
constexpr int kMargin = 4;     // latents around a tile that its loss sees

class Adam {
 public:
  explicit Adam(std::size_t count) : mean_(count), square_(count) {}

  // One step of at most about `rate` for every value; less where slopes are well below kSmallSlope
  // bits a step, which tells the many latents that do not matter from those that do.
  void update(const std::vector<float>& gradient, float rate, int iteration,
              std::vector<float>& values) {
    static constexpr float kMeanDecay = 0.9f, kSquareDecay = 0.99f, kSmallSlope = 1.0f;
    const float mean_share = 1.0f - std::pow(kMeanDecay, static_cast<float>(iteration + 1));
    const float square_share = 1.0f - std::pow(kSquareDecay, static_cast<float>(iteration + 1));
    for (std::size_t i = 0; i < values.size(); ++i) {
      mean_[i] = kMeanDecay * mean_[i] + (1.0f - kMeanDecay) * gradient[i];
      square_[i] = kSquareDecay * square_[i] + (1.0f - kSquareDecay) * gradient[i] * gradient[i];
      values[i] -=
          rate * (mean_[i] / mean_share) / (std::sqrt(square_[i] / square_share) + kSmallSlope);
    }
  }

 private:
  std::vector<float> mean_, square_;
};

// In quantisation steps.
FloatTensor cut(const LatentsQ8& from, int top, int left, int height, int width) {
  FloatTensor out(height, width, from.channels);
  for (int y = 0; y < height; ++y) {
    const std::int32_t* row = from.at(top + y, left);
    std::transform(row, row + out.row_size(), out.row(y),
                   [](std::int32_t v) { return static_cast<float>(v) / kLatentOne; });
  }
  return out;
}

// The inverse of `cut`, of everything: what was fixed has not changed.
void paste(const FloatTensor& part, int top, int left, LatentsQ8& to) {
  for (int y = 0; y < part.height; ++y) {
    std::transform(part.row(y), part.row(y) + part.row_size(), to.at(top + y, left),
                   [](float v) { return static_cast<std::int32_t>(std::lrint(v * kLatentOne)); });
  }
}

int tiles_along(int length) { return (length + kTileSide - 1) / kTileSide; }

// Where tile `i` of `count` begins: tiles of about equal length, cut between hyper cells.
int tile_edge(int length, int count, int i) {
  if (i == count) return length;
  return static_cast<int>(static_cast<std::int64_t>(length) * i / count) / kCell * kCell;
}

Rectangle with_margin(const Rectangle& tile, int height, int width) {
  const int top = std::max(0, tile.top - kMargin), left = std::max(0, tile.left - kMargin);
  return {top, left, std::min(height, tile.top + tile.height + kMargin) - top,
          std::min(width, tile.left + tile.width + kMargin) - left};
}

}  // namespace

Result<void> refine_latents(const TwinModel& model, ImageView image, const RefineOptions& options,
                            LatentsQ8& y, LatentsQ8& z, ThreadPool& pool,
                            const std::function<Result<void>(double)>& progress) {
  const int height = y.height, width = y.width;
  const int down = tiles_along(height), across = tiles_along(width);
  for (int tile = 0; tile < down * across; ++tile) {
    const int i = tile / across, j = tile % across;
    const int top = tile_edge(height, down, i), left = tile_edge(width, across, j);
    const Rectangle free{top, left, tile_edge(height, down, i + 1) - top,
                         tile_edge(width, across, j + 1) - left};
    const Rectangle region = with_margin(free, height, width);
    const int cell_top = region.top / kCell, cell_left = region.left / kCell;
    FloatLatents part{cut(y, region.top, region.left, region.height, region.width),
                      cut(z, cell_top, cell_left, (region.height + kCell - 1) / kCell,
                          (region.width + kCell - 1) / kCell)};

    RegionLoss loss(model, image, region, free, pool);
    Adam y_adam(part.y.values.size()), z_adam(part.z.values.size());
    FloatLatents gradient;
    for (int n = 0; n < options.iterations; ++n) {
      const float done = static_cast<float>(n) / static_cast<float>(options.iterations);
      const SoftRounding rounding{
          .temperature = options.first_temperature *
                         std::pow(options.last_temperature / options.first_temperature, done),
          .seed = static_cast<std::uint32_t>(tile * options.iterations + n)};
      loss.evaluate(part, rounding, gradient);
      y_adam.update(gradient.y.values, options.y_rate * (1.0f - done), n, part.y.values);
      z_adam.update(gradient.z.values, options.z_rate * (1.0f - done), n, part.z.values);
      const double share = (tile + (n + 1.0) / options.iterations) / (down * across);
      if (auto go_on = progress(share); !go_on) return go_on.error();
    }
    paste(part.y, region.top, region.left, y);
    paste(part.z, cell_top, cell_left, z);
  }
  return {};
}

}  // namespace vaecomp
