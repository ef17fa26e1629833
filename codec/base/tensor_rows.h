// The rows of a tensor that exist at the moment: all of them, or a ring of the last few. Exact
// zone.
#pragma once

#include <cstddef>
#include <memory>

namespace vaecomp {

// A view [row][column][channel] of a tensor, channel innermost, of which the last `capacity` rows
// exist. Rows lie apart: only within one row are positions neighbours in memory.
template <typename Value>
struct RowsOf {
  const Value* data = nullptr;
  int height = 0, width = 0, channels = 0;
  int capacity = 0;  // rows that `data` holds; row y is its row y % capacity

  RowsOf() = default;
  RowsOf(const Value* values, int h, int w, int c, int rows)
      : data(values), height(h), width(w), channels(c), capacity(rows) {}
  // All rows of a tensor.
  template <typename Tensor>
  requires requires(const Tensor& t) { static_cast<const Value*>(t.values.data()); }
  RowsOf(const Tensor& t)  // NOLINT: implicit on purpose
      : RowsOf(t.values.data(), t.height, t.width, t.channels, t.height) {}

  std::size_t row_size() const { return static_cast<std::size_t>(width) * channels; }
  const Value* row(int y) const { return data + y % capacity * row_size(); }
  const Value* at(int y, int x) const { return row(y) + static_cast<std::size_t>(x) * channels; }
};

// Owns a ring of rows, whose values are unset until written.
template <typename Value>
class RowRing {
 public:
  RowRing() = default;
  RowRing(int height, int width, int channels, int capacity)
      : values_(new Value[static_cast<std::size_t>(width) * channels * capacity]),
        rows_(values_.get(), height, width, channels, capacity) {}

  const RowsOf<Value>& rows() const { return rows_; }
  Value* at(int y, int x) { return values_.get() + (rows_.at(y, x) - rows_.data); }

 private:
  std::unique_ptr<Value[]> values_;
  RowsOf<Value> rows_;
};

// Channel vectors of neighbouring positions: position p begins at data[p * stride].
template <typename Value>
struct PositionsOf {
  Value* data;
  std::ptrdiff_t stride;
};

}  // namespace vaecomp
