// The last rows of something that a picture has at every pixel, with margins. Exact zone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vaecomp {

// Rows above the picture are T{}; left of a row lies the first value of the row above it, right of
// it its own last value (SPEC.md section 8.3).
template <typename T>
class MarginedRows {
 public:
  static constexpr int kRows = 4, kMargin = 4;

  explicit MarginedRows(int width)
      : width_(width), stride_(std::size_t{2} * kMargin + width), values_(kRows * stride_) {}

  // Row y, from its first pixel on; the margins too may be read. y is at least that of the row
  // opened last - 3.
  T* row(int y) { return &values_[(y & (kRows - 1)) * stride_ + kMargin]; }

  // Before the first value of row y is written. Rows follow each other from 0 on.
  void open_row(int y) { std::fill_n(row(y) - kMargin, kMargin, row(y - 1)[0]); }

  // After the last.
  void close_row(int y) { std::fill_n(row(y) + width_, kMargin, row(y)[width_ - 1]); }

 private:
  int width_;
  std::size_t stride_;
  std::vector<T> values_;
};

}  // namespace vaecomp
