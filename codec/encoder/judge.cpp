// Strips lie at equal distances, so that sky and ground have a say both.
#include "codec/encoder/judge.h"

#include <algorithm>
#include <cstdint>

#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_symbols.h"
#include "codec/encoder/true_cost.h"

namespace vaecomp {
namespace {

constexpr std::int64_t kLeastPixels = 1 << 16, kMostPixels = 1 << 20;
constexpr int kShare = 8;
constexpr int kStripRows = 4;  // of latents, 64 of pixels
constexpr int kHyperRows = kHyperStride / kLatentStride;

// `image` between two rows of pixels, without alpha and metadata.
ImageView rows_of(ImageView image, int begin, int end) {
  const auto row = static_cast<std::size_t>(image.width) * image.channels;
  ImageView part = {.samples = image.samples.subspan(begin * row, (end - begin) * row),
                    .width = image.width,
                    .height = end - begin,
                    .channels = image.channels};
  if (!image.samples16.empty())
    part.samples16 = image.samples16.subspan(begin * row, (end - begin) * row);
  return part;
}

// Strips that together have about `wanted` of a picture's `rows` of latents, by their first rows.
std::vector<int> first_rows(int rows, int wanted) {
  const int count = std::max(1, (wanted + kStripRows - 1) / kStripRows);
  std::vector<int> first;
  for (int i = 0; i < count; ++i) {
    const int middle =
        static_cast<int>((2 * i + 1) * static_cast<std::int64_t>(rows) / (2 * count));
    const int row = std::max(0, middle - kStripRows / 2) / kHyperRows * kHyperRows;
    first.push_back(row);
  }
  return first;
}

}  // namespace

Judge::Judge(const Model::Impl& model, ImageView image, int quality, ThreadPool& pool)
    : model_(model), quality_(quality), pool_(pool) {
  const Grid grid(image.width, image.height);
  const std::int64_t pixels = std::int64_t{image.width} * image.height;
  const std::int64_t judged = std::clamp(pixels / kShare, kLeastPixels, kMostPixels);
  const std::int64_t wanted = judged * grid.height / pixels;
  if (wanted + kStripRows >= grid.height) {
    strips_.push_back({rows_of(image, 0, image.height), 0, grid.height});
    return;
  }
  for (const int first : first_rows(grid.height, static_cast<int>(wanted))) {
    const int end = std::min(first + kStripRows, grid.height);
    const int bottom = std::min(end * kLatentStride, image.height);
    strips_.push_back({rows_of(image, first * kLatentStride, bottom), first, end - first});
  }
}

double Judge::cost(const Strip& strip, const PictureLatents& latents, int rate_weight) const {
  const Grid grid(strip.image.width, strip.image.height);
  TrueCost cost(model_, strip.image, quality_, pool_, model_.coded_channels(quality_));
  const Bytes payload =
      encode_symbols(model_, latents, grid, quality_, {.rate_weight = rate_weight}, pool_, &cost);
  return cost.of(payload.size()) * strip.image.width * strip.image.height;
}

Choice Judge::best(const PictureLatents& latents, std::span<const int> rate_weights) const {
  std::vector<PictureLatents> parts;  // of the strips, for all weights
  for (const Strip& strip : strips_) {
    const Grid grid(strip.image.width, strip.image.height);
    parts.push_back({latents.y.rows(strip.first_row, grid.height),
                     latents.z.rows(strip.first_row / kHyperRows, grid.hyper_height)});
  }
  Choice best;
  for (const int named : rate_weights) {
    Choice choice{.rate_weight = named == kUsualWeight ? usual_rate_weight(quality_) : named,
                  .cost = 0};
    for (std::size_t i = 0; i < strips_.size(); ++i)
      choice.cost += cost(strips_[i], parts[i], choice.rate_weight);
    if (choice.cost < best.cost) best = choice;
  }
  return best;
}

}  // namespace vaecomp
