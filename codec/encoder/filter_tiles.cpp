// A tile is decoded as if it were a picture; at rims that the picture does not have, pixels are
// left out that would be others in the picture.
#include "codec/encoder/filter_tiles.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "codec/decoder/all_channels.h"
#include "codec/decoder/grid.h"

namespace vaecomp {
namespace {

// Parts of a picture differ: few tiles, however large, would not do.
constexpr double kLeastTiles = 24, kMostTiles = 64, kShare = 8;
constexpr int kSide = 10, kRim = 1;  // of latents
constexpr double kSeenOfTile = (kSide - 2 * kRim) * (kSide - 2 * kRim);

// Where `count` tiles of a side lie in a row of `size` latents: in the middle of equal parts.
int place(int i, int count, int size) {
  const auto middle =
      static_cast<int>((2 * i + 1) * std::int64_t{size} / (2 * std::int64_t{count}));
  return std::clamp(middle - kSide / 2, 0, std::max(0, size - kSide));
}

}  // namespace

FilterTiles::FilterTiles(const Model::Impl& model, ImageView image, int quality, ThreadPool& pool)
    : model_(model),
      image_(image),
      quality_(quality),
      channels_(model.coded_channels(quality)),
      pool_(pool) {
  const Grid grid(image.width, image.height);
  const double area = static_cast<double>(grid.width) * grid.height;
  const double count = std::clamp(area / kShare / kSeenOfTile, kLeastTiles, kMostTiles);
  if (area <= count * kSide * kSide) {
    tiles_.push_back({0, 0, grid.width, grid.height, {}});
    return;
  }
  const double across = std::sqrt(count * grid.width / grid.height);
  const int columns = std::clamp(static_cast<int>(std::lround(across)), 1,
                                 static_cast<int>(std::min<double>(count, grid.width)));
  const int rows = static_cast<int>(std::lround(count / columns));
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j)
      tiles_.push_back({place(j, columns, grid.width),
                        place(i, rows, grid.height),
                        std::min(kSide, grid.width),
                        std::min(kSide, grid.height),
                        {}});
}

void FilterTiles::take(int y, std::span<const std::int16_t> row) {
  for (std::size_t i = added_; i < tiles_.size(); ++i) {
    Tile& tile = tiles_[i];
    if (y < tile.top || y >= tile.top + tile.height) continue;
    if (y == tile.top) tile.latents = Tensor(tile.height, tile.width, channels_);
    std::copy_n(row.data() + static_cast<std::size_t>(tile.left) * channels_,
                tile.latents.row_size(), tile.latents.row(y - tile.top));
  }
  taken_ = y + 1;
}

void FilterTiles::advance() {
  for (; added_ < tiles_.size() && tiles_[added_].top + tiles_[added_].height <= taken_; ++added_)
    add(tiles_[added_]);
}

void FilterTiles::add(Tile& tile) {
  const int left = tile.left * kLatentStride, top = tile.top * kLatentStride;
  const int width = std::min(tile.width * kLatentStride, image_.width - left);
  const int height = std::min(tile.height * kLatentStride, image_.height - top);
  Tensor colours(height, width, 3);
  const RowSource inputs[] = {with_all_channels(tile.latents, model_.latent_channels())};
  const auto keep = [&](const TensorRows& rows, int begin, int end) {
    for (int y = begin; y < std::min(end, height); ++y)
      std::copy_n(rows.row(y), colours.row_size(), colours.row(y));
  };
  // There is nobody to stop it.
  (void)model_.synthesis.stream(inputs, {.quality = quality_}, pool_, keep);
  tile.latents = {};
  constexpr int kLess = kRim * kLatentStride;
  const PixelArea seen = {.left = left == 0 ? 0 : kLess,
                          .top = top == 0 ? 0 : kLess,
                          .right = left + width == image_.width ? width : width - kLess,
                          .bottom = top + height == image_.height ? height : height - kLess};
  fit_.add(colours, image_, left, top, seen);
  seen_ += static_cast<double>(seen.right - seen.left) * (seen.bottom - seen.top);
}

FittedFilter FilterTiles::best() {
  advance();
  const double pixels = static_cast<double>(image_.width) * image_.height;
  return fit_.best({.bits = model_.lambda[quality_] / 3, .share = pixels / seen_});
}

}  // namespace vaecomp
