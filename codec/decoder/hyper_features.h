// The hyper path that encoder and decoder share: hyper latents -> features at the latents' size
// (SPEC.md 4, step 2).
#pragma once

#include <utility>

#include "codec/decoder/decoder_model.h"
#include "codec/decoder/grid.h"

namespace vaecomp {

// Makes them as they are needed, from the top to the bottom.
class HyperFeatures {
 public:
  // `hyper`: Q4 [hyper_height][hyper_width][Z]. Borrows everything.
  HyperFeatures(const DecoderModel::Impl& model, const Tensor& hyper, const Grid& grid, int quality,
                ThreadPool& pool);

  // [height][width][features], cropped (VC-28), of which the rows that were made are there.
  const Tensor& rows() const& { return rows_; }
  Tensor rows() && { return std::move(rows_); }

  // Makes rows up to `end`, at most the grid's height.
  void make(int end);

 private:
  Tensor rows_;
  ExactRun run_;
  int made_ = 0;
};

// All of them. `hyper`: Q4 [hyper_height][hyper_width][Z]. Returns [height][width][features],
// cropped (VC-28).
Tensor hyper_features(const DecoderModel::Impl& model, const Tensor& hyper, const Grid& grid,
                      int quality, ThreadPool& pool);

}  // namespace vaecomp
