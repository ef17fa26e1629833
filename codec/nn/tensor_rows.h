// The rows of a tensor that exist at the moment: all of them, or a ring of the last few. Exact
// zone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "codec/nn/tensor.h"

namespace vaecomp {

// A view [row][column][channel] of an int16 tensor, channel innermost, of which the last `capacity`
// rows exist. Rows lie apart: only within one row are positions neighbours in memory.
struct TensorRows {
  const std::int16_t* data = nullptr;
  int height = 0, width = 0, channels = 0;
  int capacity = 0;  // rows that `data` holds; row y is its row y % capacity

  TensorRows() = default;
  TensorRows(const Tensor& tensor)  // NOLINT: a tensor is all of its rows
      : data(tensor.values.data()),
        height(tensor.height),
        width(tensor.width),
        channels(tensor.channels),
        capacity(tensor.height) {}

  std::size_t row_size() const { return static_cast<std::size_t>(width) * channels; }
  const std::int16_t* row(int y) const { return data + y % capacity * row_size(); }
  const std::int16_t* at(int y, int x) const {
    return row(y) + static_cast<std::size_t>(x) * channels;
  }
};

// Owns a ring of rows, whose values are unset until written.
class RowRing {
 public:
  RowRing() = default;
  RowRing(int height, int width, int channels, int capacity)
      : values_(new std::int16_t[static_cast<std::size_t>(width) * channels * capacity]) {
    view_.data = values_.get();
    view_.height = height;
    view_.width = width;
    view_.channels = channels;
    view_.capacity = capacity;
  }

  const TensorRows& rows() const { return view_; }
  std::int16_t* at(int y, int x) {
    return values_.get() + y % view_.capacity * view_.row_size() +
           static_cast<std::size_t>(x) * view_.channels;
  }

 private:
  std::unique_ptr<std::int16_t[]> values_;
  TensorRows view_;
};

}  // namespace vaecomp
