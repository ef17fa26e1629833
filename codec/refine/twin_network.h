// The float twin of an exact network, differentiable with respect to its inputs. Values are in the
// integer network's own units (an input of Q4 holds sixteenths), so that twin and original differ
// by roundings only. Float zone.
#pragma once

#include <span>
#include <vector>

#include "codec/base/thread_pool.h"
#include "codec/float/float_tensor.h"
#include "codec/kernels/float_kernels.h"
#include "codec/layers/layer_graph.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

class TwinNetwork {
 public:
  // Binds an exact network with the affine layers of `quality`. Channels of the inputs from `live`
  // on are known to be 0: no work is done for them, and their gradient is given as 0. Errors: those
  // of build_layer_graph().
  static Result<TwinNetwork> build(const ModelFile& file, const NetworkRecord& record, int quality,
                                   int live = kMaxChannels);

  // All activations of one run: what `backward` needs. Memory is kept from run to run.
  struct Tape {
    std::vector<FloatTensor> values;     // by node; the inputs first
    std::vector<FloatTensor> gradients;  // of the loss, by node
  };

  // Runs the network on `inputs` of equal height and width; the result is valid until the next
  // run.
  const FloatTensor& forward(std::span<const FloatTensor* const> inputs, Tape& tape,
                             ThreadPool& pool) const;

  // Fills tape.gradients[i] for every input i from the loss's gradient with respect to the output
  // of the run that `tape` holds. Clips and relu pass a gradient where they changed nothing.
  void backward(const FloatTensor& output_gradient, Tape& tape, ThreadPool& pool) const;

  int input_channels(int i) const { return nodes_[i].channels; }

 private:
  // A node of the network's graph, with its numbers in single precision.
  struct Node {
    Op op = Op::kInput;
    int a = -1, b = -1;
    int k = 0, channels = 0;
    bool clips = false;
    float low = 0, high = 0;
    int live = 0;              // channels from here on are known to be 0
    int first = 0, count = 0;  // conv1x1: inputs that have weights other than 0 lie in this range
    bool is_constant = false;  // does not depend on the inputs: no gradient passes
    PackedWeights forth = {},
                  back = {};  // conv1x1: from `count` inputs to the outputs, and the transpose
    std::vector<float> weights = {};    // depthwise: [k * k][channels]; affine: [channels]
    std::vector<float> transpose = {};  // depthwise, for the way back: taps in reverse order
    std::vector<float> bias = {};       // conv1x1, depthwise, affine
  };

  TwinNetwork() = default;
  Node bind(const LayerNode& layer, int quality, int live) const;
  void run_node(const Node& node, std::vector<FloatTensor>& values, FloatTensor& out,
                ThreadPool& pool) const;
  void pass_back(const Node& node, Tape& tape, FloatTensor& gradient, ThreadPool& pool) const;

  std::vector<Node> nodes_;  // by number in the graph
  int inputs_ = 0, result_ = 0;
};

}  // namespace vaecomp
