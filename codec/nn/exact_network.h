// An exact integer network built from a model file's layer list (MODEL.md section 3). Exact zone.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "codec/nn/phases.h"
#include "codec/nn/segment.h"
#include "codec/nn/tensor_rows.h"
#include "codec/nn/thread_pool.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

// Takes rows [begin, end) of a network's result, which exist during the call only.
using RowSink = std::function<void(const TensorRows& rows, int begin, int end)>;

struct RunOptions {
  int quality = 0;  // 0 .. 100
  // The result is wanted at these positions only. Elsewhere it means nothing, and most of the work
  // for it is saved.
  int phases = kAllPhases;
  // Rows of the inputs that are let in together; 0: as suits the width and the threads. The result
  // does not depend on it.
  int wave = 0;
  // Told how many of the result's rows are done, by the calling thread; an error ends the run.
  std::function<Result<void>(int done, int rows)> progress = {};
};

// Immutable once built, and independent of the ModelFile it came from: it holds its own copy of the
// weights in the kernels' layout. Several threads may run one network at once, each with its own
// pool.
class ExactNetwork {
 public:
  // Checks VM-10 .. VM-21 and compiles the layers. Errors: kCorrupt with the rule that is broken
  // (VM-22 for another arithmetic); kLimit above kMaxChannels, kMaxScale or kMaxWeights of
  // layer_check.h. Networks that go below their inputs' resolution are refused (VM-17), because
  // they could not run on tensors of every size.
  static Result<ExactNetwork> build(const ModelFile& model, const NetworkRecord& record);

  int input_count() const { return static_cast<int>(inputs_.size()); }
  int input_channels(int i) const { return inputs_[i].channels; }
  int input_fraction(int i) const { return inputs_[i].fraction; }
  int output_channels() const { return output_channels_; }
  int output_fraction() const { return output_fraction_; }

  // Output rows per input row, and columns per column: 1 .. kMaxScale.
  int scale_up() const { return scale_up_; }

  // Runs the network. Inputs: input_count() tensors of equal height and width >= 1 with the
  // declared channels and fraction bits; quality 0 .. 100. The output is scale_up() times as high
  // and wide. The result depends on nothing else. It is 0 at positions outside of `phases`.
  Tensor run(std::span<const Tensor* const> inputs, int quality, ThreadPool& pool,
             int phases = kAllPhases) const;

  // The same a few rows at a time: no activation ever exists as a whole. Every row of the result is
  // given to `sink` once, from top to bottom, in one call at a time that may come from any thread
  // while the network works on rows further down. By then the rows of the inputs at the same place
  // and above are read no more: `sink` may overwrite them. Errors: that of `options.progress`.
  Result<void> stream(std::span<const TensorRows> inputs, const RunOptions& options,
                      ThreadPool& pool, const RowSink& sink) const;

 private:
  ExactNetwork() = default;

  std::vector<NetworkInput> inputs_;
  std::vector<Segment> segments_;
  int output_channels_ = 0, output_fraction_ = 0, scale_up_ = 1;
};

}  // namespace vaecomp
