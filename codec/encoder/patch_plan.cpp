// Blocks are as large as what a latent stands for, so both ways have a price a block.
#include "codec/encoder/patch_plan.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "codec/decoder/grid.h"
#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_analysis.h"
#include "codec/encoder/enc_symbols.h"
#include "codec/encoder/plane_views.h"
#include "codec/encoder/true_cost.h"
#include "codec/lossless/encode_planes.h"

namespace vaecomp {
namespace {

static_assert(BlockMask::kSide == kLatentStride);

// One block in so many must be a candidate, or none is.
constexpr std::size_t kLeastShare = 200;

// What a block adds to the mask, in bits, about: most lie beside others.
constexpr double kMaskBits = 0.3;

template <typename Sample>
bool is_candidate(const Sample* samples, ImageView image, int left, int top) {
  const int right = std::min(left + BlockMask::kSide, image.width);
  const int bottom = std::min(top + BlockMask::kSide, image.height);
  const auto channels = static_cast<std::size_t>(image.channels);
  const std::size_t stride = channels * image.width;
  int equal = 0;
  for (int y = top; y < bottom; ++y) {
    const Sample* const row = samples + y * stride;
    for (int x = left; x < right; ++x) {
      const Sample* const pixel = row + x * channels;
      const auto same = [&](const Sample* other) {
        return std::equal(pixel, pixel + channels, other);
      };
      equal += (x > 0 && same(pixel - channels)) || (y > 0 && same(pixel - stride));
    }
  }
  return 2 * equal >= (right - left) * (bottom - top);
}

// Bits of a block's latents, and its share of those of hyper latents.
double learned_bits(const SymbolPrices& prices, const Grid& grid, int column, int row) {
  constexpr int kCells = kHyperStride / kLatentStride;
  const std::size_t block = static_cast<std::size_t>(row) * grid.width + column;
  const std::size_t hyper =
      static_cast<std::size_t>(row / kCells) * grid.hyper_width + column / kCells;
  const int width = std::min(kCells, grid.width - column / kCells * kCells);
  const int height = std::min(kCells, grid.height - row / kCells * kCells);
  return (prices.latents[block] + static_cast<double>(prices.hyper[hyper]) / (width * height)) /
         256;
}

}  // namespace

BlockMask candidate_blocks(ImageView image) {
  BlockMask mask(image.width, image.height);
  std::size_t block = 0;
  for (int row = 0; row < mask.rows(); ++row) {
    for (int column = 0; column < mask.columns(); ++column, ++block) {
      const int left = column * BlockMask::kSide, top = row * BlockMask::kSide;
      mask.set(block, image.depth() == 16 ? is_candidate(image.samples16.data(), image, left, top)
                                          : is_candidate(image.samples.data(), image, left, top));
    }
  }
  return mask.count() * kLeastShare < mask.size() ? BlockMask(image.width, image.height) : mask;
}

Result<PatchPlan> plan_patches(const Model::Impl& model, ImageView image, int quality,
                               const BlockMask& candidates, ThreadPool& pool,
                               const StageProgress& progress) {
  const Result<PictureLatents> latents =
      analyse(model, image, quality, pool, progress.part(0, 0.5));
  if (!latents) return latents.error();
  const Grid grid(image.width, image.height);
  SymbolPrices prices(grid);
  TrueCost cost(model, image, quality, pool, model.coded_channels(quality));
  const Bytes payload = encode_symbols(model, *latents, grid, quality,
                                       {kUsualWeight, model.quantisation()}, pool, &cost, &prices);
  PatchPlan plan{.mask = candidates};
  plan.learned_cost = cost.of(payload.size()) * static_cast<double>(image.width) * image.height;
  if (auto go_on = progress.reached(0.9); !go_on) return go_on.error();

  const std::vector<PlaneView> planes = colour_planes(image, image.channels);
  const std::vector<std::uint32_t> exact =
      price_blocks(planes, shape_of(image, planes.size()), candidates, pool);
  const double lambda = model.lambda[quality] / image.channels;
  for (std::size_t block = 0; block < candidates.size(); ++block) {
    const double distortion = lambda * static_cast<double>(cost.block_errors()[block]);
    if (candidates.has(block)) {
      const auto column = static_cast<int>(block % candidates.columns());
      const auto row = static_cast<int>(block / candidates.columns());
      const double learned = learned_bits(prices, grid, column, row) + distortion;
      plan.mask.set(block, exact[block] / 256.0 + kMaskBits < learned);
    }
    if (!plan.mask.has(block)) plan.left_distortion += distortion;
  }
  return plan;
}

}  // namespace vaecomp
