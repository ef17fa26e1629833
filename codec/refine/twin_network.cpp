// Forward and backward runs, each layer's rows shared out over the pool. No sum crosses a task's
// border, so results do not depend on the number of threads.
#include "codec/refine/twin_network.h"

#include <algorithm>

#include "codec/kernels/kernels.h"

namespace vaecomp {
namespace {

void resize(FloatTensor& tensor, int height, int width, int channels) {
  tensor.height = height;
  tensor.width = width;
  tensor.channels = channels;
  tensor.values.resize(static_cast<std::size_t>(height) * width * channels);
}

// Moves one row of the fine tensor [rows][columns][C] to or from the coarse one, [rows / k][columns
// / k][C k^2] (VM-16).
template <typename Move>
void for_shuffled_row(int k, int fine_channels, int fine_width, int fine_y, const Move& move) {
  const int i = fine_y % k;
  for (int x = 0; x < fine_width; ++x) {
    const int j = x % k;
    for (int c = 0; c < fine_channels; ++c)
      move(static_cast<std::size_t>(x) * fine_channels + c,
           static_cast<std::size_t>(x / k) * fine_channels * k * k + c * k * k + i * k + j);
  }
}

void shuffle(const FloatTensor& coarse, int k, FloatTensor& fine, ThreadPool& pool) {
  resize(fine, coarse.height * k, coarse.width * k, coarse.channels / (k * k));
  pool.parallel_for(0, fine.height, [&](int y) {
    const float* from = coarse.row(y / k);
    float* to = fine.row(y);
    for_shuffled_row(k, fine.channels, fine.width, y,
                     [&](std::size_t f, std::size_t c) { to[f] = from[c]; });
  });
}

void unshuffle(const FloatTensor& fine, int k, FloatTensor& coarse, ThreadPool& pool) {
  resize(coarse, fine.height / k, fine.width / k, fine.channels * k * k);
  pool.parallel_for(0, coarse.height, [&](int row) {
    float* to = coarse.row(row);
    for (int y = row * k; y < row * k + k; ++y) {
      const float* from = fine.row(y);
      for_shuffled_row(k, fine.channels, fine.width, y,
                       [&](std::size_t f, std::size_t c) { to[c] = from[f]; });
    }
  });
}

// The gradient that reaches a node is the sum over its users; the first one finds it empty.
class Sum {
 public:
  Sum(FloatTensor& gradient, const FloatTensor& like)
      : gradient_(gradient), first_(gradient.height == 0) {
    resize(gradient, like.height, like.width, like.channels);
  }
  // Where this user's share of row `y` is to be written; `share` is memory for one row.
  float* target(int y, std::vector<float>& share) {
    if (first_) return gradient_.row(y);
    share.resize(gradient_.row_size());
    return share.data();
  }
  void finish(int y, const std::vector<float>& share) {
    if (!first_)
      kernels().floats.add(gradient_.row(y), share.data(), share.size(), gradient_.row(y));
  }

 private:
  FloatTensor& gradient_;
  bool first_;
};

}  // namespace

const FloatTensor& TwinNetwork::forward(std::span<const FloatTensor* const> inputs, Tape& tape,
                                        ThreadPool& pool) const {
  tape.values.resize(nodes_.size());
  for (int i = 0; i < inputs_; ++i) tape.values[i] = *inputs[i];
  for (std::size_t n = inputs_; n < nodes_.size(); ++n)
    run_node(nodes_[n], tape.values, tape.values[n], pool);
  return tape.values[result_];
}

void TwinNetwork::run_node(const Node& node, std::vector<FloatTensor>& values, FloatTensor& out,
                           ThreadPool& pool) const {
  const FloatTensor& in = values[node.a];
  if (node.op == Op::kShuffle) return shuffle(in, node.k, out, pool);
  if (node.op == Op::kUnshuffle) return unshuffle(in, node.k, out, pool);
  resize(out, in.height, in.width, node.channels);
  pool.parallel_for(0, in.height, [&](int y) {
    const float* from = in.row(y);
    float* to = out.row(y);
    switch (node.op) {
      case Op::kConv1x1:
        kernels().floats.multiply_rows(from + node.first, in.channels, in.width, node.forth,
                                       node.bias.data(), kAnything, to, node.channels);
        break;
      case Op::kDepthwise:
        kernels().floats.depthwise_row(in, node.weights.data(), node.bias.data(), node.k, y, 0,
                                       in.width, to, in.channels);
        break;
      case Op::kAffine:
        for (int x = 0; x < in.width; ++x, from += in.channels, to += in.channels)
          kernels().floats.scale(from, node.weights.data(), node.bias.data(), in.channels, to);
        break;
      case Op::kAdd:
        kernels().floats.add(from, values[node.b].row(y), in.row_size(), to);
        break;
      case Op::kConcat: {
        const FloatTensor& other = values[node.b];
        for (int x = 0; x < in.width; ++x) {
          to = std::copy_n(from + static_cast<std::size_t>(x) * in.channels, in.channels, to);
          to = std::copy_n(other.row(y) + static_cast<std::size_t>(x) * other.channels,
                           other.channels, to);
        }
        break;
      }
      case Op::kRelu:
        std::transform(from, from + in.row_size(), to, [](float v) { return std::max(v, 0.0f); });
        break;
      case Op::kInput:
      case Op::kPush:
      case Op::kShuffle:
      case Op::kUnshuffle:
      case Op::kAsinh:
        break;  // done above, or not in an exact network's graph
    }
    if (node.clips) kernels().floats.clip(out.row(y), out.row_size(), node.low, node.high);
  });
}

void TwinNetwork::backward(const FloatTensor& output_gradient, Tape& tape, ThreadPool& pool) const {
  tape.gradients.resize(nodes_.size());
  for (FloatTensor& gradient : tape.gradients) gradient.height = 0;  // nothing has reached it yet
  tape.gradients[result_] = output_gradient;
  for (std::size_t n = nodes_.size(); n-- > static_cast<std::size_t>(inputs_);) {
    if (tape.gradients[n].height == 0) continue;  // does not lead to the output
    FloatTensor& gradient = tape.gradients[n];
    const Node& node = nodes_[n];
    if (node.clips) {
      const FloatTensor& value = tape.values[n];
      pool.parallel_for(0, value.height, [&](int y) {
        kernels().floats.gate(value.row(y), value.row_size(), node.low, node.high, gradient.row(y));
      });
    }
    pass_back(node, tape, gradient, pool);
    FloatTensor().values.swap(gradient.values);  // memory peaks at one gradient per open branch
  }
  for (int i = 0; i < inputs_; ++i) {  // an input that nothing reads
    const FloatTensor& in = tape.values[i];
    FloatTensor& gradient = tape.gradients[i];
    if (gradient.height == 0) gradient = FloatTensor(in.height, in.width, in.channels);
  }
}

void TwinNetwork::pass_back(const Node& node, Tape& tape, FloatTensor& gradient,
                            ThreadPool& pool) const {
  if (node.is_constant) return;
  const FloatTensor& in = tape.values[node.a];
  if (node.op == Op::kShuffle || node.op == Op::kUnshuffle) {
    FloatTensor moved;
    if (node.op == Op::kShuffle) {
      unshuffle(gradient, node.k, moved, pool);
    } else {
      shuffle(gradient, node.k, moved, pool);
    }
    FloatTensor& target = tape.gradients[node.a];
    if (target.height == 0) {
      target = std::move(moved);
    } else {
      float* const sums = target.values.data();
      kernels().floats.add(sums, moved.values.data(), moved.values.size(), sums);
    }
    return;
  }
  const std::vector<float> zeros(node.op == Op::kDepthwise ? in.channels : 0);
  Sum to_a(tape.gradients[node.a], in);
  pool.parallel_for(0, in.height, [&](int y) {
    std::vector<float> share;
    float* to = to_a.target(y, share);
    const float* from = gradient.row(y);
    switch (node.op) {
      case Op::kConv1x1:
        if (node.count < in.channels) std::fill_n(to, in.row_size(), 0.0f);
        kernels().floats.multiply_rows(from, node.channels, in.width, node.back, nullptr, kAnything,
                                       to + node.first, in.channels);
        break;
      case Op::kDepthwise:
        kernels().floats.depthwise_row(gradient, node.transpose.data(), zeros.data(), node.k, y, 0,
                                       in.width, to, in.channels);
        break;
      case Op::kAffine:
        for (int x = 0; x < in.width; ++x)
          for (int c = 0; c < in.channels; ++c) *to++ = *from++ * node.weights[c];
        break;
      case Op::kAdd:
        std::copy_n(from, in.row_size(), to);
        break;
      case Op::kConcat:
        for (int x = 0; x < in.width; ++x)
          to = std::copy_n(from + static_cast<std::size_t>(x) * node.channels, in.channels, to);
        break;
      case Op::kRelu: {
        const float* value = in.row(y);
        for (std::size_t i = 0; i < in.row_size(); ++i) to[i] = value[i] > 0.0f ? from[i] : 0.0f;
        break;
      }
      case Op::kInput:
      case Op::kPush:
      case Op::kShuffle:
      case Op::kUnshuffle:
      case Op::kAsinh:
        break;  // done above, or not in an exact network's graph
    }
    to_a.finish(y, share);
  });
  if (node.b < 0 || nodes_[node.b].is_constant) return;
  const FloatTensor& other = tape.values[node.b];
  const int skip = node.op == Op::kConcat ? in.channels : 0;
  Sum to_b(tape.gradients[node.b], other);
  pool.parallel_for(0, other.height, [&](int y) {
    std::vector<float> share;
    float* to = to_b.target(y, share);
    for (int x = 0; x < other.width; ++x)
      to = std::copy_n(gradient.row(y) + static_cast<std::size_t>(x) * node.channels + skip,
                       other.channels, to);
    to_b.finish(y, share);
  });
}

}  // namespace vaecomp
