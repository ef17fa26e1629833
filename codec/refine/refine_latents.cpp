// Majorise-minimise steps, damped, around the search that chooses values.
#include "codec/refine/refine_latents.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "codec/encoder/enc_symbols.h"

namespace vaecomp {
namespace {

constexpr int kCell = kHyperStride / kLatentStride;
constexpr int kTileSide = 32;  // latents: 512 pixels
constexpr int kMargin = 4;     // latents around a tile that its loss sees

// `channels` channels of a part of `from`, in the same unit; those that it does not have are 0.
FloatTensor cut(const Tensor& from, const Rectangle& part, int channels) {
  FloatTensor out(part.height, part.width, channels);
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x)
      std::copy_n(from.at(part.top + y, part.left + x), from.channels,
                  out.row(y) + static_cast<std::size_t>(x) * channels);
  return out;
}

int cells(int latents) { return (latents + kCell - 1) / kCell; }

int tiles_along(int length) { return (length + kTileSide - 1) / kTileSide; }

// Where tile `i` of `count` begins: tiles of about equal length, cut between hyper cells.
int tile_edge(int length, int count, int i) {
  if (i == count) return length;
  return static_cast<int>(static_cast<std::int64_t>(length) * i / count) / kCell * kCell;
}

std::vector<Rectangle> tiles(const Grid& grid) {
  const int down = tiles_along(grid.height), across = tiles_along(grid.width);
  std::vector<Rectangle> all;
  for (int i = 0; i < down; ++i) {
    for (int j = 0; j < across; ++j) {
      const int top = tile_edge(grid.height, down, i), left = tile_edge(grid.width, across, j);
      all.push_back({top, left, tile_edge(grid.height, down, i + 1) - top,
                     tile_edge(grid.width, across, j + 1) - left});
    }
  }
  return all;
}

Rectangle with_margin(const Rectangle& tile, const Grid& grid) {
  const int top = std::max(0, tile.top - kMargin), left = std::max(0, tile.left - kMargin);
  return {top, left, std::min(grid.height, tile.top + tile.height + kMargin) - top,
          std::min(grid.width, tile.left + tile.width + kMargin) - left};
}

// Moves the latents of `tile` by `share` of the way from where they are to where they should be,
// by what was decoded and its slopes, both of `region`.
void move(const RegionLoss& loss, const FloatTensor& decoded, const Rectangle& region,
          const Rectangle& tile, float curvature, float share, LatentsQ8& latents) {
  static constexpr float kLimit = 1 << 22;  // far outside of what can be coded
  const float by_slope = kLatentOne / curvature;
  for (int y = tile.top; y < tile.top + tile.height; ++y) {
    const std::size_t first = static_cast<std::size_t>(tile.left - region.left) * decoded.channels;
    const float* at = decoded.row(y - region.top) + first;
    const float* slope = loss.other_slope().row(y - region.top) + first;
    std::int32_t* value = latents.at(y, tile.left);
    for (int i = 0; i < tile.width * decoded.channels; ++i) {
      const float centre = at[i] * (kLatentOne >> kLatentFraction);
      const auto now = static_cast<float>(value[i]);
      const float next = now + share * (centre - by_slope * slope[i] - now);
      value[i] = static_cast<std::int32_t>(std::lrint(std::clamp(next, -kLimit, kLimit)));
    }
  }
}

}  // namespace

Result<void> refine_latents(const TwinModel& model, ImageView image, const RefineOptions& options,
                            PictureLatents& latents, ThreadPool& pool,
                            const std::function<Result<void>(double)>& progress) {
  const Model::Impl& exact = *model.exact;
  const Grid grid(image.width, image.height);
  const int channels = exact.latent_channels();
  const Rounding rounding{options.rate_weight, exact.quantisation()};
  const std::vector<Rectangle> parts = tiles(grid);

  Tensor hyper(grid.hyper_height, grid.hyper_width, exact.hyper_channels());
  RansEncoder unused(exact.tables);
  encode_hyper(latents.z, exact.hyper_prior, model.quality, {}, unused, hyper);
  LatentsQ8 y = unpacked(latents.y);
  RegionLoss loss(model, image, pool);
  for (int n = 0; n < options.iterations; ++n) {
    DecodedTensor chosen(grid.height, grid.width, exact.coded_channels(model.quality));
    encode_symbols(exact, latents, grid, model.quality, rounding, pool, &chosen);
    const float done = static_cast<float>(n) / static_cast<float>(options.iterations);
    const float share =
        options.first_share * std::pow(options.last_share / options.first_share, done);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Rectangle region = with_margin(parts[i], grid);
      const Rectangle hyper_part{region.top / kCell, region.left / kCell, cells(region.height),
                                 cells(region.width)};
      const FloatTensor decoded = cut(chosen.latents(), region, channels);
      loss.evaluate(region, decoded, cut(hyper, hyper_part, hyper.channels));
      move(loss, decoded, region, parts[i], options.curvature, share, y);
      const double tile = static_cast<double>(i + 1) / static_cast<double>(parts.size());
      if (auto go_on = progress((n + tile) / options.iterations); !go_on) return go_on.error();
    }
    pack(y, latents.y);
  }
  return {};
}

}  // namespace vaecomp
