// An exact integer network built from a model file's layer list (MODEL.md section 3). Exact zone.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "codec/base/tensor.h"
#include "codec/engine/streamed_run.h"
#include "codec/kernels/exact_kernels.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

using RowSink = RowSinkOf<std::int16_t>;
using RowSource = RowInput<std::int16_t>;

// A network at work, wave by wave: for whoever runs two that feed each other.
class ExactRun {
 public:
  ExactRun(ExactRun&&) noexcept;
  ~ExactRun();

  // Rows of the inputs, from the top, that must be there for the next wave.
  int rows_wanted() const;

  // Makes the next rows of the result while `sink` reads earlier ones, as stream_network() does;
  // false if all have been read.
  bool next_wave(const RowSink& sink);

 private:
  friend class ExactNetwork;
  struct Impl;
  explicit ExactRun(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Immutable once built, and independent of the ModelFile it came from: it holds its own copy of the
// weights in the kernels' layout. Several threads may run one network at once, each with its own
// pool.
class ExactNetwork {
 public:
  // Errors: those of build_layer_graph().
  static Result<ExactNetwork> build(const ModelFile& model, const NetworkRecord& record);

  int input_count() const { return static_cast<int>(inputs_.size()); }
  int input_channels(int i) const { return inputs_[i].channels; }
  int input_fraction(int i) const { return inputs_[i].fraction; }
  int output_channels() const { return output_channels_; }
  int output_fraction() const { return output_fraction_; }

  // Output rows per input row, and columns per column: 1 .. kMaxScale.
  int scale_up() const { return scale_up_; }

  // work_per_position() of its layers.
  std::uint64_t work() const { return work_; }

  // Runs the network. Inputs: input_count() tensors of equal height and width >= 1 with the
  // declared channels and fraction bits; quality 0 .. 100. The output is scale_up() times as high
  // and wide. The result depends on nothing else. It is 0 at positions outside of `phases`.
  Tensor run(std::span<const Tensor* const> inputs, int quality, ThreadPool& pool,
             int phases = kAllPhases) const;

  // The same a few rows at a time: no activation ever exists as a whole. See stream_network().
  // Errors: that of `options.progress`.
  Result<void> stream(std::span<const TensorRows> inputs, const RunOptions& options,
                      ThreadPool& pool, const RowSink& sink) const;

  // The same with inputs that need not be there as a whole.
  Result<void> stream(std::span<const RowSource> inputs, const RunOptions& options,
                      ThreadPool& pool, const RowSink& sink) const;

  // A run that the caller drives. Borrows network, what the inputs borrow and `pool`.
  // `options.progress` is not told.
  ExactRun begin(std::vector<RowSource> inputs, const RunOptions& options, ThreadPool& pool) const;

 private:
  ExactNetwork() = default;
  bool fits(std::span<const RowSource> inputs, const RunOptions& options) const;

  std::vector<NetworkInput> inputs_;
  LayerPlan plan_;
  std::vector<LayerParameters> layers_;  // by node
  int output_channels_ = 0, output_fraction_ = 0, scale_up_ = 1;
  std::uint64_t work_ = 0;
};

}  // namespace vaecomp
