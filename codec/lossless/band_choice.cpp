// Trials on some rows.
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

// Some rows of the middle of a band and their blocks: enough to compare modes by. Of a band under a
// mask, all of it, since its middle may have no covered pixel.
template <typename Samples>
struct Trial {
  using Colour = typename Samples::Colour;

  BandShape shape;
  BlockMap map;
  const Colour* colours;

  Trial(const BandShape& band, const BlockMap& blocks, const Colour* all)
      : shape(band), map(blocks), colours(all) {
    constexpr int kPixels = 1 << 17;
    if (band.mask != nullptr || band.width >= kPixels) return;
    shape.rows = std::clamp(kPixels / band.width, 1, band.rows);
    const int first_block = (band.rows - shape.rows) / 2 / kBlockSide;
    map.erase(map.begin(), map.begin() + first_block);
    colours += std::size_t{1} * band.width * first_block * kBlockSide;
  }

  Bytes write(const BandMode& mode) const {
    return write_band<Samples>(shape, {mode, map}, colours);
  }
};

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
  BlockMap map = repeating_blocks<Samples>(shape, colours);
  const int repeats = count_repeats(map), blocks = count_blocks(map);
  const Trial<Samples> trial(shape, map, colours);
  const bool any = repeats > 0;
  BandMode mode = {ColourTransform::kDifference, any, any};
  Bytes best = trial.write(mode);
  const auto attempt = [&](const BandMode& next, std::size_t most) {
    Bytes bytes = trial.write(next);
    if (bytes.size() >= most) return;
    best = std::move(bytes);
    mode = next;
  };
  // A decoder takes several times as long to look for all colours seen before, so they have to save
  // something.
  constexpr BandMode kAllColours = {ColourTransform::kDifference, true};
  if (any) attempt(kAllColours, best.size() - best.size() / 16);
  if (mode != kAllColours && shape.planes >= 3)
    for (const auto transform : {ColourTransform::kNone, ColourTransform::kYCoCg})
      attempt({transform, any, any}, best.size());
  if (trial.shape.rows < shape.rows) best = write_band<Samples>(shape, {mode, map}, colours);
  // A few blocks that look photographic among many that do not seldom are.
  if (mode == kAllColours && repeats < blocks && 2 * repeats >= blocks) {
    for (auto& line : map) line.assign(line.size(), true);
    Bytes bytes = write_band<Samples>(shape, {mode, map}, colours);
    if (bytes.size() < best.size()) best = std::move(bytes);
  }
  const std::size_t raw_size = shape.coded_pixels() * shape.planes * (Samples::kLaneBits / 8);
  return best.size() > raw_size ? write_raw_band<Samples>(shape, colours) : best;
}

template BlockMap repeating_blocks<NarrowSamples>(const BandShape&, const std::uint32_t*);
template BlockMap repeating_blocks<WideSamples>(const BandShape&, const std::uint64_t*);
template Bytes smallest_band<NarrowSamples>(const BandShape&, const std::uint32_t*);
template Bytes smallest_band<WideSamples>(const BandShape&, const std::uint64_t*);

}  // namespace vaecomp
