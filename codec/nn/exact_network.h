// An exact integer network built from a model file's layer list (MODEL.md section 3). Exact zone.
#pragma once

#include <span>
#include <vector>

#include "codec/nn/phases.h"
#include "codec/nn/segment.h"
#include "codec/nn/tensor.h"
#include "codec/nn/thread_pool.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

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

  // Input rows above and below (and columns beside) that an output row depends on: rows a .. b - 1
  // of the input give the right output rows scale_up() * (a + halo()) .. scale_up() * (b - halo())
  // - 1, and more where a or b is the tensor's own border.
  int halo() const { return halo_; }

  // Runs the network. Inputs: input_count() tensors of equal height and width >= 1 with the
  // declared channels and fraction bits; quality 0 .. 100. The output is scale_up() times as high
  // and wide. The result depends on nothing else.
  //
  // `phases`: the result is wanted at these positions only. Elsewhere it means nothing, and most of
  // the work for it is saved.
  Tensor run(std::span<const Tensor* const> inputs, int quality, ThreadPool& pool,
             int phases = kAllPhases) const;

 private:
  ExactNetwork() = default;

  std::vector<NetworkInput> inputs_;
  std::vector<Segment> segments_;
  int output_channels_ = 0, output_fraction_ = 0, scale_up_ = 1, halo_ = 0;
};

}  // namespace vaecomp
