// The encoder's float networks (MODEL.md section 4): analysis and hyper analysis. A borderline
// rounding may differ between machines without harm, because what is coded is decided once, here,
// and never recomputed by a decoder.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "codec/analysis/float_tensor.h"
#include "codec/engine/streamed_run.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

using FloatRows = RowsOf<float>;
using FloatInput = RowInput<float>;
using FloatSink = RowSinkOf<float>;

class FloatNetwork {
 public:
  // Binds the layers of `record`, a network of `file`, to their tensors. The network owns a part of
  // the file and makes its matrices of it in the first run. Errors: kCorrupt (shapes, types, ops;
  // VM-10, VM-22).
  static Result<FloatNetwork> build(std::shared_ptr<const ModelFile> file,
                                    const NetworkRecord& record);

  int input_count() const;
  int input_channels(int i) const;
  int output_channels() const;
  // Input rows per output row: 16 for the analysis network, 4 for the hyper analysis.
  int scale_down() const;

  // Inputs [height][width][input_channels(i)] of one size, sides multiples of scale_down(). See
  // stream_network(). The result does not depend on the number of threads. Errors: that of
  // `options.progress`.
  Result<void> stream(std::span<const FloatInput> inputs, const RunOptions& options,
                      ThreadPool& pool, const FloatSink& sink) const;

  // The same with the whole result.
  FloatTensor run(std::span<const FloatInput> inputs, int quality, ThreadPool& pool) const;

 private:
  struct Plan;
  explicit FloatNetwork(std::shared_ptr<Plan> plan) : plan_(std::move(plan)) {}
  std::shared_ptr<Plan> plan_;
};

}  // namespace vaecomp
