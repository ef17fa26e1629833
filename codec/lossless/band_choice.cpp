// Trials: on some rows for the colour transform, on the whole band for the blocks.
#include "codec/lossless/band_choice.h"

#include <algorithm>
#include <cstddef>

namespace vaecomp {
namespace {

using BlockMap = std::vector<std::vector<bool>>;

template <typename Colour>
bool repeats_colours(int width, const Colour* colours, int left, int top, int right, int bottom) {
  int equal = 0, all = 0;
  for (int y = std::max(top, 1); y < bottom; ++y) {
    const Colour* const row = colours + std::size_t{1} * y * width;
    const Colour* const above = row - width;
    for (int x = std::max(left, 1); x < std::min(right, width - 1); ++x) {
      const Colour c = row[x];
      equal += c == row[x - 1] || c == above[x] || c == above[x - 1] || c == above[x + 1];
      ++all;
    }
  }
  return 10 * equal >= 3 * all;
}

template <typename Colour>
BlockMap map_of(int width, const Colour* colours, int rows) {
  BlockMap map;
  for (int top = 0; top < rows; top += kBlockSide) {
    std::vector<bool>& line = map.emplace_back();
    for (int left = 0; left < width; left += kBlockSide)
      line.push_back(repeats_colours(width, colours, left, top, std::min(left + kBlockSide, width),
                                     std::min(top + kBlockSide, rows)));
  }
  return map;
}

int count_repeats(const BlockMap& map) {
  int count = 0;
  for (const auto& line : map)
    count += static_cast<int>(std::count(line.begin(), line.end(), true));
  return count;
}

int count_blocks(const BlockMap& map) { return static_cast<int>(map.size() * map.front().size()); }

}  // namespace

template <typename Colour>
int share_of_repeats(int width, const Colour* colours, int rows) {
  const BlockMap map = map_of(width, colours, rows);
  return 256 * count_repeats(map) / count_blocks(map);
}

template <typename Samples>
Bytes smallest_band(const BandShape& shape, const typename Samples::Colour* colours) {
  Bytes best;
  const auto attempt = [&](const BandPlan& plan) {
    Bytes bytes = write_band<Samples>(shape, plan, colours);
    if (best.empty() || bytes.size() < best.size()) best = std::move(bytes);
  };
  BlockMap map = map_of(shape.width, colours, shape.rows);
  const int repeats = count_repeats(map), blocks = count_blocks(map);
  if (4 * repeats < blocks) {
    // Photographic: the best transform for rows of the middle is the best for all.
    constexpr int kTrialPixels = 1 << 17;
    BandShape trial = shape;
    trial.rows = std::clamp(kTrialPixels / shape.width, 1, shape.rows);
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
  const std::size_t raw_size =
      std::size_t{1} * shape.width * shape.rows * shape.planes * (Samples::kLaneBits / 8);
  return best.size() > raw_size ? write_raw_band<Samples>(shape, colours) : best;
}

template int share_of_repeats<std::uint32_t>(int, const std::uint32_t*, int);
template int share_of_repeats<std::uint64_t>(int, const std::uint64_t*, int);
template Bytes smallest_band<NarrowSamples>(const BandShape&, const std::uint32_t*);
template Bytes smallest_band<WideSamples>(const BandShape&, const std::uint64_t*);

}  // namespace vaecomp
