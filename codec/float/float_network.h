// The encoder's float networks (MODEL.md section 4): analysis and hyper analysis. A borderline
// rounding may differ between machines without harm, because what is coded is decided once, here,
// and never recomputed by a decoder.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "codec/engine/streamed_run.h"
#include "codec/float/float_tensor.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

using FloatRows = RowsOf<float>;
using FloatInput = RowInput<float>;
using FloatSink = RowSinkOf<float>;

class FloatNetwork {
 public:
  // Shares the model's tensors, of which the first run makes its own numbers. Errors: those of
  // build_layer_graph().
  static Result<FloatNetwork> build(const ModelFile& model, const NetworkRecord& record);

  int input_count() const;
  int input_channels(int i) const;
  int output_channels() const;
  // Of the output: 1/16 for the analysis network, 1/4 for the hyper analysis.
  Scale scale() const;
  // work_per_position() of its layers.
  std::uint64_t work() const;

  // Inputs [height][width][input_channels(i)] of one size, sides multiples of scale().down. See
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
