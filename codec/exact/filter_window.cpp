// Exact zone.
#include "codec/exact/filter_window.h"

#include <algorithm>
#include <cassert>

#include "codec/kernels/kernels.h"

namespace vaecomp {
namespace {

// VC-58: levels by the mean of 25 sizes of second differences of X0, which counts 48 for a step of
// all three samples: from 4, 16 and 32 steps on.
constexpr std::int32_t kLevelStarts[] = {4 * 48 * 25, 16 * 48 * 25, 32 * 48 * 25};

}  // namespace

FilterWindow::FilterWindow(int width, int height, bool with_levels)
    : width_(width),
      height_(height),
      with_levels_(with_levels),
      planes_(std::size_t{kRows} * 3 * (width + 2 * kFilterReach)),
      colours_(std::size_t{kRows} * 3 * width),
      activity_(with_levels ? std::size_t{kRows} * width : 0),
      curves_(with_levels ? width + 4 : 0),
      levels_(with_levels ? width : 0) {}

std::int16_t* FilterWindow::plane(int j, int y) {
  const std::size_t row = std::size_t{3} * (y % kRows) + j;
  return &planes_[row * (width_ + 2 * kFilterReach) + kFilterReach];
}

void FilterWindow::take(const std::int16_t* colours) {
  assert(taken_ < height_);
  const int y = taken_++;
  std::int16_t* const own = &colours_[std::size_t{3} * (y % kRows) * width_];
  std::copy_n(colours, std::size_t{3} * width_, own);
  std::int16_t* const x[3] = {plane(0, y), plane(1, y), plane(2, y)};
  kernels().filter.planes(own, width_, x);
  for (std::int16_t* const row : x) {
    std::fill_n(row - kFilterReach, kFilterReach, row[0]);
    std::fill_n(row + width_, kFilterReach, row[width_ - 1]);
  }
  if (!with_levels_) return;
  if (y > 0) find_activity(y - 1);
  if (taken_ == height_) find_activity(y);
}

void FilterWindow::find_activity(int y) {
  kernels().filter.activity(plane(0, std::max(y - 1, 0)), plane(0, y),
                            plane(0, std::min(y + 1, height_ - 1)), width_, curves_.data(),
                            &activity_[static_cast<std::size_t>(y % kRows) * width_]);
}

FilterRow FilterWindow::row(int y) {
  assert(y < ready() && y + kFilterReach + 1 >= ready());
  FilterRow row = {.x = {},
                   .levels = nullptr,
                   .colours = &colours_[std::size_t{3} * (y % kRows) * width_],
                   .width = width_};
  for (int j = 0; j < 3; ++j)
    for (int k = 0; k < kRows; ++k)
      row.x[j][k] = plane(j, std::clamp(y + k - kFilterReach, 0, height_ - 1));
  if (!with_levels_) return row;
  const std::int32_t* around[5];
  for (int k = 0; k < 5; ++k) {
    const int near = std::clamp(y + k - 2, 0, height_ - 1);
    around[k] = &activity_[static_cast<std::size_t>(near % kRows) * width_];
  }
  for (int i = 0; i < width_; ++i) {
    const std::int32_t sum =
        around[0][i] + around[1][i] + around[2][i] + around[3][i] + around[4][i];
    levels_[i] = static_cast<std::uint8_t>((sum >= kLevelStarts[0]) + (sum >= kLevelStarts[1]) +
                                           (sum >= kLevelStarts[2]));
  }
  row.levels = levels_.data();
  return row;
}

}  // namespace vaecomp
