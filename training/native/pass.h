// One batch on its way through a stage, forward and back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "training/native/products.h"
#include "training/native/stage.h"

namespace vaecomp::training {

// Memory that is used again; its values are unset.
class Buffer {
 public:
  float* sized(std::size_t count) {
    if (values_.size() < count) values_.resize(count);
    return values_.data();
  }

 private:
  std::vector<float> values_;
};

class Pass {
 public:
  explicit Pass(const Stage& stage);

  // Sets shapes; false if the sizes do not divide.
  bool begin(int batch, int height, int width);

  void forward(const float* in, const float* const* parameters, float* out);
  void backward(const float* in, const float* const* parameters, const float* gradient_out,
                float* const* gradients, float* gradient_in);

 private:
  // Layer `index` reads tensor `index`, x, and makes tensor `index` + 1.
  struct Step {
    int index;
    const Layer& layer;
    const float* x;
    const float* const* parameters;  // the layer's own
  };
  // What comes back to it, and where what it gives back goes. Null: not wanted.
  struct Gradients {
    const float* y;
    float* const* parameters;
    float* x;
  };

  int positions(int tensor) const;  // of a picture
  std::size_t size(int tensor) const;
  Step step(int index, const float* const* parameters) const;

  // The weights as the layers read them: forward, or transposed and flipped for the way back.
  void pack_weights(const float* const* parameters, bool backward);

  void convolve(const Step& step, float* y) const;
  void depthwise(const Step& step, float* y) const;
  void condition(const Step& step, float* y) const;
  void shuffle(const Step& step, const float* from, float* to, bool inverse) const;

  void convolve_back(const Step& step, const Gradients& gradients) const;
  void depthwise_back(const Step& step, const Gradients& gradients);
  void condition_back(const Step& step, const Gradients& gradients) const;

  // Calls body(position, index) for the selected ones among `count` positions of all pictures from
  // `first` on; `index` counts the selected ones of all pictures.
  template <typename Body>
  void for_selected(int first, int count, const Body& body) const;

  // Completes rows of the gradient to a tensor: adds what came past the layers after it, masks
  // what a relu before it cut off. `x` is the tensor.
  void finish_rows(const Step& step, float* gradient, int first, int count) const;

  // Buffers for gradients, few, so that they stay in the cache.
  int take_buffer();

  const Stage& stage_;
  int batch_ = 0;
  std::vector<Shape> shapes_;  // of the tensors
  std::vector<const float*> tensors_;
  std::vector<Buffer> memory_;  // of the tensors but the first and the last, which are the caller's
  std::vector<int> selected_;   // positions of a picture that compact tensors hold
  std::vector<PackedMatrix> packed_;      // by layer
  std::vector<std::vector<float>> taps_;  // by layer
  std::vector<const float*> residual_;    // by tensor: gradient that comes past layers, or null
  std::vector<int> residual_buffer_;      // its buffer
  std::vector<bool> residual_compact_;
  std::vector<Buffer> buffers_;
  std::vector<bool> taken_;
  Buffer spread_;
};

template <typename Body>
void Pass::for_selected(int first, int count, const Body& body) const {
  const int of_picture = shapes_[stage_.compacting_].height * shapes_[stage_.compacting_].width;
  const int selected = static_cast<int>(selected_.size());
  for (int p = first; p < first + count;) {
    const int picture = p / of_picture, inside = p % of_picture;
    const int end = std::min(of_picture, inside + first + count - p);
    const auto from = std::ranges::lower_bound(selected_, inside),
               to = std::ranges::lower_bound(selected_, end);
    for (auto at = from; at != to; ++at)
      body(picture * of_picture + *at,
           picture * selected + static_cast<int>(at - selected_.begin()));
    p += end - inside;
  }
}

}  // namespace vaecomp::training
