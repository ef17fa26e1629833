// Ways are tried on a sample.
#include "codec/encoder/near_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>

#include "codec/encoder/even_levels.h"
#include "codec/encoder/merged_colours.h"

namespace vaecomp {
namespace {

// A sample at even levels, a step apart, costs log2(step) bits less and has an error of step^2 / 12
// in the mean: the step at which a little more of it is worth as much as it costs.
double fair_step(double error_bits) { return std::sqrt(6 / (std::log(2.0) * error_bits)); }

// A colour that is near enough for one pixel is not for those that follow, whose choice it becomes:
// so errors count for more than they cost. Weights from 1.5 to 2.5 differ by 2 % of the cost.
constexpr double kErrorWeight = 2;
// Of the fair step: contexts tell noise of few levels better, colours are merged before they are
// moved to levels.
constexpr std::array kStepShares = {0.7, 1.0};
constexpr double kMergedStepShare = 0.7;

std::uint64_t squared_distance(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const int error = a[i] - b[i];
    sum += static_cast<std::uint64_t>(error * error);
  }
  return sum;
}

std::vector<std::uint8_t> moved(ImageView image, std::span<const Calm> calm, double error_bits,
                                const NearWay& way) {
  if (way.kind == NearWay::Kind::kEven) return at_even_levels(image, calm, way.levels);
  return merged_colours(image, calm,
                        {.error_bits = kErrorWeight * error_bits,
                         .levels = levels_at(kMergedStepShare * fair_step(error_bits))});
}

ImageView with_samples(ImageView image, std::span<const std::uint8_t> samples) {
  image.samples = samples;
  return image;
}

}  // namespace

bool NearWays::few_colours() const {
  constexpr int kBits = 4;  // of a sample that count
  constexpr std::size_t kColours = 6, kPixels = 1 << 14;
  const ImageView image = sample_.view();
  std::vector<std::uint32_t> counts(std::size_t{1} << (kBits * image.channels));
  const std::size_t pixels = image.samples.size() / image.channels;
  const std::size_t step = std::max<std::size_t>(1, pixels / kPixels);
  std::size_t all = 0;
  for (std::size_t i = 0; i < pixels; i += step, ++all) {
    std::size_t colour = 0;
    for (int c = 0; c < image.channels; ++c)
      colour = colour << kBits | image.samples[i * image.channels + c] >> (8 - kBits);
    ++counts[colour];
  }
  const auto end = counts.begin() + std::min(kColours, counts.size());
  std::partial_sort(counts.begin(), end, counts.end(), std::greater<>());
  return 2 * std::accumulate(counts.begin(), end, std::size_t{0}) >= all;
}

std::vector<NearWay> NearWays::promising(const NearTrials& trials) {
  const ImageView tiles = sample_.view();
  std::vector<NearWay> ways;
  if (tiles.depth() == 16) return ways;
  if (trials.merged) ways.push_back({.kind = NearWay::Kind::kMerged});
  if (calm_.empty()) calm_ = calm_pixels(tiles);
  // Calm pixels stay as they are, and make the list of values long.
  const auto free = std::count(calm_.begin(), calm_.end(), Calm::kNone);
  if (!trials.even || 4 * static_cast<std::size_t>(free) < 3 * calm_.size()) return ways;
  for (const double share : kStepShares) {
    const int levels = levels_at(share * fair_step(error_bits_));
    if (levels >= 2 && levels <= 128)
      ways.push_back({.kind = NearWay::Kind::kEven, .levels = levels});
  }
  return ways;
}

double NearWays::cost(const NearWay& way) {
  const auto known = std::find_if(costs_.begin(), costs_.end(),
                                  [&](const auto& tried) { return tried.first == way; });
  if (known != costs_.end()) return known->second;
  const ImageView tiles = sample_.view();
  double cost = 0;
  if (way.kind == NearWay::Kind::kAsIs) {
    cost = sample_.bits(tiles, pool_);
  } else {
    const std::vector<std::uint8_t> samples = moved(tiles, calm_, error_bits_, way);
    const double error = static_cast<double>(squared_distance(samples, tiles.samples));
    cost =
        sample_.bits(with_samples(tiles, samples), pool_) + error_bits_ * sample_.share() * error;
  }
  costs_.emplace_back(way, cost);
  return cost;
}

NearEstimate NearWays::best(const NearTrials& trials) {
  NearEstimate best = {.way = {}, .cost = as_is()};
  for (const NearWay& way : promising(trials))
    if (const double cost = this->cost(way); cost < best.cost) best = {way, cost};
  return best;
}

NearPicture::NearPicture(ImageView colours, double error_bits, const NearWay& way)
    : colours_(colours), block_errors_(BlockMask(colours.width, colours.height).size()) {
  if (way.kind == NearWay::Kind::kAsIs) return;
  samples_ = moved(colours, calm_pixels(colours), error_bits, way);
  const BlockMask blocks(colours.width, colours.height);
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    const int error = samples_[i] - colours.samples[i];
    if (error == 0) continue;
    const std::size_t pixel = i / colours.channels;
    const auto x = static_cast<int>(pixel % colours.width);
    const auto y = static_cast<int>(pixel / colours.width);
    block_errors_[blocks.index_of(x, y)] += static_cast<std::uint64_t>(error * error);
  }
}

ImageView NearPicture::view() const {
  return samples_.empty() ? colours_ : with_samples(colours_, samples_);
}

std::uint64_t NearPicture::squared_error() const {
  return std::accumulate(block_errors_.begin(), block_errors_.end(), std::uint64_t{0});
}

bool NearPicture::differs(const BlockMask& mask) const {
  for (std::size_t block = 0; block < block_errors_.size(); ++block)
    if (block_errors_[block] > 0 && mask.has(block)) return true;
  return false;
}

}  // namespace vaecomp
