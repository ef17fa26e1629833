// Ways are tried on a sample.
#include "codec/encoder/near_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>

#include "codec/encoder/calm_pixels.h"
#include "codec/encoder/even_levels.h"
#include "codec/encoder/merged_colours.h"
#include "codec/encoder/picture_sample.h"

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

std::uint64_t squared_error(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
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

std::vector<NearWay> promising(ImageView image, std::span<const Calm> calm, double error_bits,
                               const NearTrials& trials) {
  std::vector<NearWay> ways;
  if (image.depth() == 16) return ways;
  if (trials.merged) ways.push_back({.kind = NearWay::Kind::kMerged});
  // Calm pixels stay as they are, and make the list of values long.
  const auto free = std::count(calm.begin(), calm.end(), Calm::kNone);
  if (!trials.even || 4 * static_cast<std::size_t>(free) < 3 * calm.size()) return ways;
  for (const double share : kStepShares) {
    const int levels = levels_at(share * fair_step(error_bits));
    if (levels >= 2 && levels <= 128)
      ways.push_back({.kind = NearWay::Kind::kEven, .levels = levels});
  }
  return ways;
}

}  // namespace

bool has_few_colours(ImageView colours) {
  constexpr int kBits = 4;  // of a sample that count
  constexpr std::size_t kColours = 6, kPixels = 1 << 14;
  const PictureSample sample(colours);
  const ImageView image = sample.view();
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

NearEstimate choose_near_way(ImageView colours, double error_bits, const NearTrials& trials,
                             ThreadPool& pool) {
  const PictureSample sample(colours);
  const ImageView tiles = sample.view();
  NearEstimate best = {.way = {}, .cost = sample.bits(tiles, pool)};
  const std::vector<Calm> calm = tiles.depth() == 16 ? std::vector<Calm>() : calm_pixels(tiles);
  for (const NearWay& way : promising(tiles, calm, error_bits, trials)) {
    const std::vector<std::uint8_t> samples = moved(tiles, calm, error_bits, way);
    const double error = static_cast<double>(squared_error(samples, tiles.samples));
    const double cost =
        sample.bits(with_samples(tiles, samples), pool) + error_bits * sample.share() * error;
    if (cost < best.cost) best = {way, cost};
  }
  return best;
}

NearPicture::NearPicture(ImageView colours, double error_bits, const NearWay& way)
    : colours_(colours) {
  if (way.kind == NearWay::Kind::kAsIs) return;
  samples_ = moved(colours, calm_pixels(colours), error_bits, way);
}

ImageView NearPicture::view() const {
  return samples_.empty() ? colours_ : with_samples(colours_, samples_);
}

std::vector<std::uint64_t> NearPicture::block_errors() const {
  const BlockMask blocks(colours_.width, colours_.height);
  std::vector<std::uint64_t> errors(blocks.size());
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    const int error = samples_[i] - colours_.samples[i];
    if (error == 0) continue;
    const std::size_t pixel = i / colours_.channels;
    const auto x = static_cast<int>(pixel % colours_.width);
    const auto y = static_cast<int>(pixel / colours_.width);
    errors[blocks.index_of(x, y)] += static_cast<std::uint64_t>(error * error);
  }
  return errors;
}

std::uint64_t NearPicture::squared_error() const {
  return samples_.empty() ? 0 : vaecomp::squared_error(samples_, colours_.samples);
}

bool NearPicture::differs(const BlockMask* mask) const {
  const std::vector<std::uint64_t> errors = block_errors();
  for (std::size_t block = 0; block < errors.size(); ++block)
    if (errors[block] > 0 && (mask == nullptr || mask->has(block))) return true;
  return false;
}

}  // namespace vaecomp
