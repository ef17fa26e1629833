// One row after the other.
#include "codec/decoder/after_networks.h"

#include <algorithm>

#include "codec/exact/turn_back.h"
#include "codec/kernels/kernels.h"

namespace vaecomp {
namespace {

PixelKind pixel_kind(const StreamHeader& header) {
  if (header.neutral()) return PixelKind::kNeutral;
  return header.grey() ? PixelKind::kGrey : PixelKind::kRgb;
}

}  // namespace

FinishedRows::FinishedRows(const AfterNetworks& after, const StreamHeader& header)
    : after_(after),
      header_(header),
      width_(static_cast<int>(header.width)),
      height_(static_cast<int>(header.height)) {
  if (after.filter.classes > 0) {
    window_.emplace(width_, height_, after.filter.classes > 1);
    filtered_.resize(std::size_t{3} * width_);
  }
  if (after.turn.changes()) turned_.resize(std::size_t{3} * width_);
}

template <typename Sample>
void FinishedRows::finish(const std::int16_t* colours, std::vector<Sample>& samples) {
  const std::size_t before = samples.size();
  samples.resize(before + static_cast<std::size_t>(width_) * header_.channels());
  to_pixels(colours, width_, pixel_kind(header_), &samples[before]);
  if (after_.patches != nullptr) after_.patches->lay_over(finished_, &samples[before]);
}

void FinishedRows::finish(const std::int16_t* colours) {
  if (after_.turn.changes()) {
    turn_back(after_.turn, colours, width_, turned_.data());
    colours = turned_.data();
  }
  if (header_.is_16_bit()) {
    finish(colours, samples16_);
  } else {
    finish(colours, samples_);
  }
  ++finished_;
}

ImageView FinishedRows::take(const TensorRows& rows, int begin, int end) {
  samples_.clear();
  samples16_.clear();
  const int first = finished_;
  for (int y = begin; y < std::min(end, height_); ++y) {
    if (!window_) {
      finish(rows.row(y));
      continue;
    }
    window_->take(rows.row(y));
    while (finished_ < window_->ready()) {
      kernels().filter.filter(window_->row(finished_), after_.filter, filtered_.data());
      finish(filtered_.data());
    }
  }
  return {.samples = samples_,
          .width = width_,
          .height = finished_ - first,
          .channels = header_.channels(),
          .samples16 = samples16_};
}

}  // namespace vaecomp
