// SPEC.md section 4, step 2.
#include "codec/decoder/hyper_features.h"

#include <algorithm>
#include <utility>

namespace vaecomp {

HyperFeatures::HyperFeatures(const DecoderModel::Impl& model, const Tensor& hyper, const Grid& grid,
                             int quality, ThreadPool& pool)
    : rows_(grid.height, grid.width, model.hyper_synthesis.output_channels()),
      run_(model.hyper_synthesis.begin({TensorRows(hyper)}, {.quality = quality}, pool)) {}

void HyperFeatures::make(int end) {
  const auto keep = [this](const TensorRows& rows, int begin, int stop) {
    for (int y = begin; y < std::min(stop, rows_.height); ++y)
      std::copy_n(rows.row(y), rows_.row_size(), rows_.row(y));
    made_ = stop;
  };
  while (made_ < end && run_.next_wave(keep)) {
  }
}

Tensor hyper_features(const DecoderModel::Impl& model, const Tensor& hyper, const Grid& grid,
                      int quality, ThreadPool& pool) {
  HyperFeatures features(model, hyper, grid, quality, pool);
  features.make(grid.height);
  return std::move(features).rows();
}

}  // namespace vaecomp
