// An int16 activation tensor, layout [row][column][channel], channel innermost. Exact zone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/base/tensor_rows.h"
#include "codec/base/zeroed_vector.h"

namespace vaecomp {

struct Tensor {
  int height = 0, width = 0, channels = 0;
  ZeroedVector<std::int16_t> values;  // height * width * channels

  Tensor() = default;
  Tensor(int h, int w, int c)
      : height(h), width(w), channels(c), values(static_cast<std::size_t>(h) * w * c) {}

  std::size_t row_size() const { return static_cast<std::size_t>(width) * channels; }
  std::int16_t* row(int y) { return values.data() + y * row_size(); }
  const std::int16_t* row(int y) const { return values.data() + y * row_size(); }
  std::int16_t* at(int y, int x) { return row(y) + static_cast<std::size_t>(x) * channels; }
  const std::int16_t* at(int y, int x) const {
    return row(y) + static_cast<std::size_t>(x) * channels;
  }
};

// A view of all of its rows, or of those that exist.
using TensorRows = RowsOf<std::int16_t>;

}  // namespace vaecomp
