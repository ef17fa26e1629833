// Blocks are as large as what a latent stands for, so both ways have a price a block.
#include "codec/encoder/patch_plan.h"

#include <algorithm>
#include <cstdint>
#include <utility>
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

// What a block adds to the mask, in bits, about: most lie beside others.
constexpr double kMaskBits = 0.3;
// Blocks are priced alone, but exact ones are cheaper beside others, and the networks have less to
// do beside what is smooth: so blocks that cost somewhat more may pay together.
constexpr double kTogether = 2.5;
// Fewer blocks more make no other picture.
constexpr double kLeastMore = 1.05;

template <typename Sample>
std::int64_t squared_distance(const Sample* a, const Sample* b, std::size_t channels) {
  std::int64_t sum = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    const std::int64_t d = a[c] - b[c];
    sum += d * d;
  }
  return sum;
}

struct BlockLook {
  int equal = 0, others = 0;  // pixels that equal the one left or above
  double contrast = 0;        // squared distance of the others from the nearer of both, of 255^2
};

template <typename Sample>
BlockLook look_at(const Sample* samples, ImageView image, int left, int top) {
  constexpr double kUnit = sizeof(Sample) == 2 ? 257 * 257 : 1;
  const int right = std::min(left + BlockMask::kSide, image.width);
  const int bottom = std::min(top + BlockMask::kSide, image.height);
  const auto channels = static_cast<std::size_t>(image.channels);
  const std::size_t stride = channels * image.width;
  BlockLook look;
  std::int64_t contrast = 0;
  for (int y = top; y < bottom; ++y) {
    const Sample* pixel = samples + y * stride + left * channels;
    for (int x = left; x < right; ++x, pixel += channels) {
      constexpr std::int64_t kNone = std::int64_t{1} << 40;
      const std::int64_t nearest =
          std::min(x > 0 ? squared_distance(pixel, pixel - channels, channels) : kNone,
                   y > 0 ? squared_distance(pixel, pixel - stride, channels) : kNone);
      if (nearest == kNone) continue;  // the picture's first pixel
      (nearest == 0 ? look.equal : look.others) += 1;
      contrast += nearest;
    }
  }
  look.contrast = static_cast<double>(contrast) / (kUnit * image.channels);
  return look;
}

// Text and drawings: many pixels are equal, the others stand out of the errors that the quality
// allows, whose mean square is `error`.
bool is_drawn(const BlockLook& look, double error) {
  return look.others > 0 && look.equal >= look.others && look.contrast >= 10 * error * look.others;
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

BlockMask candidate_blocks(const Model::Impl& model, ImageView image, int quality) {
  const double error = 1 / model.lambda[quality];  // about that of photographs
  BlockMask mask(image.width, image.height);
  std::size_t block = 0, drawn = 0, flat = 0;
  for (int row = 0; row < mask.rows(); ++row) {
    for (int column = 0; column < mask.columns(); ++column, ++block) {
      const int left = column * BlockMask::kSide, top = row * BlockMask::kSide;
      const BlockLook look = image.depth() == 16 ? look_at(image.samples16.data(), image, left, top)
                                                 : look_at(image.samples.data(), image, left, top);
      mask.set(block, 4 * look.equal >= look.others);
      drawn += is_drawn(look, error);
      flat += look.others == 0;
    }
  }
  // Photographs have a few drawn blocks and some blown out ones, too few to spend time on.
  const bool worth_it = 100 * drawn >= mask.size() || 25 * flat >= mask.size();
  return worth_it ? mask : BlockMask(image.width, image.height);
}

Result<PatchPlan> plan_patches(const Model::Impl& model, ImageView image, const NearPicture& near,
                               int quality, const BlockMask& candidates, ThreadPool& pool,
                               const StageProgress& progress) {
  Result<PictureLatents> latents = analyse(model, image, quality, pool, progress.part(0, 0.5));
  if (!latents) return latents.error();
  const Grid grid(image.width, image.height);
  SymbolPrices prices(grid);
  TrueCost cost(model, image, quality, pool, model.coded_channels(quality));
  const Bytes payload = encode_symbols(model, *latents, grid, quality,
                                       {kUsualWeight, model.quantisation()}, pool, &cost, &prices);
  PatchPlan plan;
  plan.learned_cost = cost.of(payload.size()) * static_cast<double>(image.width) * image.height;
  if (auto go_on = progress.reached(0.9); !go_on) return go_on.error();

  const std::vector<PlaneView> planes = colour_planes(near.view(), image.channels);
  const std::vector<std::uint32_t> exact =
      price_blocks(planes, shape_of(image, planes.size()), candidates, pool);
  const std::vector<std::uint64_t> near_errors = near.block_errors();
  const double lambda = model.lambda[quality] / image.channels;
  // The blocks whose exact price is below `bound` times what the networks take for them.
  const auto cheaper = [&](double bound) {
    PatchPlan::Way way = {.mask = candidates};
    for (std::size_t block = 0; block < candidates.size(); ++block) {
      const double distortion = lambda * static_cast<double>(cost.block_errors()[block]);
      const double near_distortion = lambda * static_cast<double>(near_errors[block]);
      if (candidates.has(block)) {
        const auto column = static_cast<int>(block % candidates.columns());
        const auto row = static_cast<int>(block / candidates.columns());
        const double learned = learned_bits(prices, grid, column, row) + distortion;
        const double nearly = exact[block] / 256.0 + kMaskBits + near_distortion;
        way.mask.set(block, nearly < bound * learned);
      }
      way.distortion += way.mask.has(block) ? near_distortion : distortion;
    }
    return way;
  };
  for (const double bound : {1.0, kTogether}) {
    PatchPlan::Way way = cheaper(bound);
    const std::size_t before = plan.ways.empty() ? 0 : plan.ways.back().mask.count();
    if (static_cast<double>(way.mask.count()) > kLeastMore * static_cast<double>(before))
      plan.ways.push_back(std::move(way));
  }
  plan.latents = *std::move(latents);
  return plan;
}

}  // namespace vaecomp
