// Exact synthesis, row by row, and the squared error in integers: equal for every number of
// threads.
#include "codec/encoder/true_cost.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "codec/decoder/all_channels.h"
#include "codec/exact/to_pixels.h"
#include "codec/exact/turn_back.h"

namespace vaecomp {
namespace {

std::uint64_t squared_distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const int error = a[i] - b[i];
    sum += static_cast<std::uint64_t>(error * error);
  }
  return sum;
}

}  // namespace

TrueCost::TrueCost(const Model::Impl& model, ImageView image, int quality, ThreadPool& pool,
                   int channels, const ColourTurn& turn)
    : model_(model),
      image_(image),
      quality_(quality),
      channels_(channels),
      turn_(turn),
      samples_(static_cast<std::size_t>(image.width) * image.channels),
      grid_(image.width, image.height),
      block_errors_(static_cast<std::size_t>(grid_.height) * grid_.width),
      synthesis_(start(pool)) {}

ExactRun TrueCost::start(ThreadPool& pool) {
  const int all = model_.latent_channels();
  RowSource waiting(grid_.height, grid_.width, all, [this, all](int y, auto* row) {
    add_channels(waiting_[y - first_waiting_].data(), channels_, all, grid_.width, row);
  });
  return model_.synthesis.begin({std::move(waiting)}, {.quality = quality_}, pool);
}

void TrueCost::take([[maybe_unused]] int y, std::span<const std::int16_t> row) {
  assert(y == first_waiting_ + static_cast<int>(waiting_.size()));
  waiting_.emplace_back(row.begin(), row.end());
}

void TrueCost::advance() {
  const auto sink = [this](const TensorRows& rows, int begin, int end) {
    measure(rows, begin, end);
  };
  while (true) {
    const int wanted = synthesis_.rows_wanted();
    if (wanted > first_waiting_ + static_cast<int>(waiting_.size())) return;
    if (!synthesis_.next_wave(sink)) return;
    for (; first_waiting_ < wanted; ++first_waiting_) waiting_.pop_front();
  }
}

void TrueCost::measure(const TensorRows& rows, int begin, int end) {
  const PixelKind kind = image_.channels == 1 ? PixelKind::kGrey : PixelKind::kRgb;
  for (int y = begin; y < std::min(end, image_.height); ++y) {
    const std::int16_t* colours = rows.row(y);
    if (turn_.changes()) {
      turned_.resize(std::size_t{3} * image_.width);
      turn_back(turn_, colours, image_.width, turned_.data());
      colours = turned_.data();
    }
    to_pixels(colours, image_.width, kind, samples_.data());
    const std::uint8_t* const wanted = &image_.samples[y * samples_.size()];
    std::uint64_t* error =
        &block_errors_[static_cast<std::size_t>(y / kLatentStride) * grid_.width];
    const auto stride = static_cast<std::size_t>(kLatentStride) * image_.channels;
    for (std::size_t i = 0; i < samples_.size(); i += stride)
      *error++ += squared_distance(&samples_[i], wanted + i, std::min(stride, samples_.size() - i));
  }
}

std::uint64_t TrueCost::squared_error() {
  advance();
  return std::accumulate(block_errors_.begin(), block_errors_.end(), std::uint64_t{0});
}

double TrueCost::of(std::size_t payload_bytes) {
  const double samples = static_cast<double>(samples_.size()) * image_.height;
  const double mse = static_cast<double>(squared_error()) / samples;  // 255^2
  const double bits = 8.0 * static_cast<double>(payload_bytes);
  return model_.lambda[quality_] * mse + bits / image_.width / image_.height;
}

}  // namespace vaecomp
