// Latents of which only the first channels are held, as networks want them: with those that are 0.
#pragma once

#include <algorithm>

#include "codec/exact/exact_network.h"

namespace vaecomp {

// Copies [width][few] to [width][all], 0 in the channels from `few` on.
inline void add_channels(const std::int16_t* from, int few, int all, int width, std::int16_t* to) {
  for (int x = 0; x < width; ++x, from += few) {
    to = std::copy_n(from, few, to);
    to = std::fill_n(to, all - few, std::int16_t{0});
  }
}

// A network's input of `all` channels, those of `few` first. Borrows the tensor.
inline RowSource with_all_channels(const Tensor& few, int all) {
  if (few.channels == all) return TensorRows(few);
  return {few.height, few.width, all, [&few, all](int y, std::int16_t* row) {
            add_channels(few.row(y), few.channels, all, few.width, row);
          }};
}

}  // namespace vaecomp
