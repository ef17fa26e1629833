// What the first tiles cost is left out: there the coder has yet to learn what it knows in most of
// a large picture.
#include "codec/encoder/picture_sample.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "codec/encoder/plane_views.h"
#include "codec/lossless/block_mask.h"
#include "codec/lossless/encode_planes.h"

namespace vaecomp {
namespace {

constexpr int kTile = 64;  // pixels, a multiple of BlockMask::kSide
constexpr double kLeastPixels = 1 << 15, kShare = 64;

// The bits of a picture's blocks from row `first` of blocks on.
double priced(ImageView image, int first, ThreadPool& pool) {
  const BlockMask all = BlockMask::whole(image.width, image.height);
  const std::vector<PlaneView> planes = colour_planes(image, image.channels);
  const std::vector<std::uint32_t> prices =
      price_blocks(planes, shape_of(image, planes.size()), all, pool);
  const auto begin = prices.begin() + std::ptrdiff_t{first} * all.columns();
  return std::accumulate(begin, prices.end(), 0.0) / 256;
}

// Tiles of `samples`, [height][width][channels], every `pitch` pixels.
template <typename Sample>
std::vector<Sample> tiles_of(std::span<const Sample> samples, ImageView image, int pitch) {
  std::vector<Sample> tiles;
  if (samples.empty()) return tiles;
  const auto channels = static_cast<std::size_t>(image.channels);
  for (int top = 0; top + kTile <= image.height; top += pitch) {
    for (int left = 0; left + kTile <= image.width; left += pitch) {
      for (int y = top; y < top + kTile; ++y) {
        const auto row = samples.subspan((std::size_t{1} * y * image.width + left) * channels);
        tiles.insert(tiles.end(), row.begin(), row.begin() + kTile * channels);
      }
    }
  }
  return tiles;
}

}  // namespace

PictureSample::PictureSample(ImageView colours) : colours_(colours) {
  const double pixels = static_cast<double>(colours.width) * colours.height;
  const double wanted = std::max(kLeastPixels, pixels / kShare);
  const int pitch = static_cast<int>(kTile * std::sqrt(pixels / wanted));
  if (pitch <= kTile || colours.width <= 2 * pitch || colours.height <= 2 * pitch) return;
  tiles_.samples = tiles_of(colours.samples, colours, pitch);
  tiles_.samples16 = tiles_of(colours.samples16, colours, pitch);
  tiles_.channels = colours.channels;
  tiles_.width = kTile;
  const auto row = std::size_t{kTile} * colours.channels;
  tiles_.height = static_cast<int>(tiles_.samples.size() / row);
  share_ = pixels / (double{kTile} * tiles_.height);
}

ImageView PictureSample::view() const {
  if (tiles_.samples.empty()) return colours_;
  ImageView tiles = tiles_.view();
  tiles.metadata = nullptr;
  return tiles;
}

double PictureSample::bits(ImageView tiles, ThreadPool& pool) const {
  if (tiles_.samples.empty()) return priced(tiles, 0, pool);
  const int learnt = tiles.height / 2 / BlockMask::kSide;  // rows of blocks
  const double rest = tiles.height - learnt * BlockMask::kSide;
  return priced(tiles, learnt, pool) * share_ * tiles.height / rest;
}

}  // namespace vaecomp
