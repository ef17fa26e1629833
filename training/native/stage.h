// A stage of the codec's networks, forward and backward: layers in order, each one call for a whole
// batch. Tensors are [picture][row][column][channel] in single precision.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace vaecomp::training {

enum class LayerKind : int {
  kConvolution = 0,  // 1x1; parameters: weights [outputs][inputs], bias [outputs]
  kDepthwise = 1,    // k x k, zero padding; parameters: taps [channel][k][k], bias [channel]
  kCondition = 2,    // x * scale + bias; parameters: scale, bias [picture][channel]
  kShuffle = 3,      // groups of k * k channels become k x k positions, channel-major
  kUnshuffle = 4,    // the inverse
};

struct Layer {
  LayerKind kind;
  int inputs, outputs;  // channels
  int k = 1;            // side, or factor
  bool relu = false;    // convolution: max(0, .) of the result, which only a convolution may take
  int residual = -1;    // convolution: adds the input of this earlier layer to the result
};

// Two parameters a layer, in the order of the layers; kShuffle and kUnshuffle have none. The bias
// of a convolution may be null.
int parameters_of(const Layer& layer);

// Height, width and channels of a tensor. A compact one holds the selected positions only.
struct Shape {
  int height = 0, width = 0, channels = 0;
  bool compact = false;
};

// What a forward pass leaves for the backward one.
class Pass;

class Stage {
 public:
  // With a `phase_mask` other than 15 the positions after the last depthwise layer are only those
  // at row y and column x where its bit 2 (y mod 2) + (x mod 2) is set. Layers that do not fit each
  // other give none.
  static std::unique_ptr<Stage> create(std::span<const Layer> layers, int phase_mask);
  ~Stage();

  // Number of parameters in all.
  int parameters() const { return parameter_count_; }

  // The result for `batch` pictures of height x width positions goes to `out`. Sizes must divide as
  // the layers ask; none if they do not.
  std::unique_ptr<Pass> forward(int batch, int height, int width, const float* in,
                                const float* const* parameters, float* out);

  // Gradients to the parameters (null: not wanted) and, if not null, to the stage's input, from
  // that to its output. `in` and `parameters` as in the forward pass, whose memory is given back.
  void backward(std::unique_ptr<Pass> pass, const float* in, const float* const* parameters,
                const float* gradient_out, float* const* gradients, float* gradient_in);

  // Give a pass's memory back without going backward.
  void drop(std::unique_ptr<Pass> pass);

 private:
  Stage() = default;
  friend class Pass;

  std::vector<Layer> layers_;
  std::vector<int> first_parameter_;  // of each layer
  int parameter_count_ = 0;
  int phase_mask_ = 15;
  int compacting_ = -1;  // the depthwise layer that leaves selected positions only; -1: none
  std::vector<std::unique_ptr<Pass>> idle_;  // whose memory can be used again
};

}  // namespace vaecomp::training
