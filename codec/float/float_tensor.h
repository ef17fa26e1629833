// A float activation tensor of the encoder, layout [row][column][channel], channel innermost. Float
// zone.
#pragma once

#include <cstddef>
#include <vector>

namespace vaecomp {

struct FloatTensor {
  int height = 0, width = 0, channels = 0;
  std::vector<float> values;  // height * width * channels

  FloatTensor() = default;
  FloatTensor(int h, int w, int c)
      : height(h), width(w), channels(c), values(static_cast<std::size_t>(h) * w * c) {}

  std::size_t row_size() const { return static_cast<std::size_t>(width) * channels; }
  float* row(int y) { return values.data() + y * row_size(); }
  const float* row(int y) const { return values.data() + y * row_size(); }
};

}  // namespace vaecomp
