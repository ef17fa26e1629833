// Trials: on some rows for the colour transform, on the whole band for the blocks.
#include "codec/lossless/band_choice.h"

#include <algorithm>
#include <cstddef>

namespace vaecomp {
namespace {

template <typename Colour>
bool repeats_colours(const BandShape& shape, const Colour* colours, int left, int top) {
  const int right = std::min(left + kBlockSide, shape.width - 1);
  const int bottom = std::min(top + kBlockSide, shape.rows);
  int equal = 0, all = 0;
  for (int y = std::max(top, 1); y < bottom; ++y) {
    const Colour* const row = colours + std::size_t{1} * y * shape.width;
    const Colour* const above = row - shape.width;
    for (int x = std::max(left, 1); x < right; ++x) {
      if (!shape.covers(x, y)) continue;
      const Colour c = row[x];
      equal += c == row[x - 1] || c == above[x] || c == above[x - 1] || c == above[x + 1];
      ++all;
    }
  }
  return 10 * equal >= 3 * all;
}

int count_repeats(const BlockMap& map) {
  int count = 0;
  for (const auto& line : map)
    count += static_cast<int>(std::count(line.begin(), line.end(), true));
  return count;
}

int count_blocks(const BlockMap& map) { return static_cast<int>(map.size() * map.front().size()); }

}  // namespace

template <typename Samples>
BlockMap repeating_blocks(const BandShape& shape, const typename Samples::Colour* colours) {
  BlockMap map;
  for (int top = 0; top < shape.rows; top += kBlockSide) {
    std::vector<bool>& line = map.emplace_back();
    for (int left = 0; left < shape.width; left += kBlockSide)
      line.push_back(repeats_colours(shape, colours, left, top));
  }
  return map;
}

int share_of_repeats(const BlockMap& map) { return 256 * count_repeats(map) / count_blocks(map); }

template <typename Samples>
Bytes smallest_band(const BandShape& shape, const typename Samples::Colour* colours) {
  Bytes best;
  const auto attempt = [&](const BandPlan& plan) {
    Bytes bytes = write_band<Samples>(shape, plan, colours);
    if (best.empty() || bytes.size() < best.size()) best = std::move(bytes);
  };
  BlockMap map = repeating_blocks<Samples>(shape, colours);
  const int repeats = count_repeats(map), blocks = count_blocks(map);
  if (4 * repeats < blocks) {
    // Photographic: the best transform for rows of the middle is the best for all.
    constexpr int kTrialPixels = 1 << 17;
    BandShape trial = shape;
    if (shape.mask == nullptr) trial.rows = std::clamp(kTrialPixels / shape.width, 1, shape.rows);
    const auto* const middle =
        colours + std::size_t{1} * shape.width * ((shape.rows - trial.rows) / 2);
    ColourTransform chosen = ColourTransform::kNone;
    std::size_t least = ~std::size_t{0};
    for (int t = 0; t < kColourTransforms && shape.planes >= 3; ++t) {
      const auto transform = static_cast<ColourTransform>(t);
      const std::size_t size = write_band<Samples>(trial, {{transform, false}, {}}, middle).size();
      if (size >= least) continue;
      least = size;
      chosen = transform;
    }
    attempt({{chosen, false}, {}});
  }
  if (repeats > 0) {
    const BandMode mode = {ColourTransform::kDifference, true};
    attempt({mode, map});
    // A few blocks that look photographic among many that do not seldom are.
    if (repeats < blocks && 2 * repeats >= blocks) {
      for (auto& line : map) line.assign(line.size(), true);
      attempt({mode, map});
    }
  }
  const std::size_t raw_size = shape.coded_pixels() * shape.planes * (Samples::kLaneBits / 8);
  return best.size() > raw_size ? write_raw_band<Samples>(shape, colours) : best;
}

template BlockMap repeating_blocks<NarrowSamples>(const BandShape&, const std::uint32_t*);
template BlockMap repeating_blocks<WideSamples>(const BandShape&, const std::uint64_t*);
template Bytes smallest_band<NarrowSamples>(const BandShape&, const std::uint32_t*);
template Bytes smallest_band<WideSamples>(const BandShape&, const std::uint64_t*);

}  // namespace vaecomp
