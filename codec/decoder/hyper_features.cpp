// SPEC.md section 4, step 2.
#include "codec/decoder/hyper_features.h"

#include <algorithm>

namespace vaecomp {

Tensor hyper_features(const DecoderModel::Impl& model, const Tensor& hyper, const Grid& grid,
                      int quality, ThreadPool& pool) {
  const Tensor* const inputs[] = {&hyper};
  Tensor wide = model.hyper_synthesis.run(inputs, quality, pool);
  if (wide.height == grid.height && wide.width == grid.width) return wide;
  Tensor cropped(grid.height, grid.width, wide.channels);
  for (int y = 0; y < grid.height; ++y)
    std::copy_n(wide.row(y), cropped.row_size(), cropped.row(y));
  return cropped;
}

}  // namespace vaecomp
