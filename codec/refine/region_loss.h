// The encoder's objective on a rectangle of the picture at latents as a decoder has them, and its
// slope: lambda * 255^2 * MSE + bits, through the float twins of all that a decoder does. Float
// zone.
#pragma once

#include "codec/refine/twin_model.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// In latents; `top`, `left` are multiples of the hyper latents' stride (4), so that phases and
// hyper cells keep their places.
struct Rectangle {
  int top = 0, left = 0, height = 0, width = 0;
};

class RegionLoss {
 public:
  // Borrows all arguments.
  RegionLoss(const TwinModel& model, ImageView image, ThreadPool& pool);

  // The objective in bits, summed over `region` of the picture's latent grid: bits of its latents
  // plus lambda times the squared error of its pixels (a mean over the channels). `decoded`
  // [h][w][M] and `hyper` [ceil(h / 4)][ceil(w / 4)][Z] are of the region, in Q4.
  double evaluate(const Rectangle& region, const FloatTensor& decoded, const FloatTensor& hyper);

  // Of the last evaluation, by latent, in bits a quantisation step. Together they are the
  // objective's gradient; where nothing is coded, both are 0.
  const FloatTensor& own_slope() const { return own_slope_; }      // of a latent's own bits
  const FloatTensor& other_slope() const { return other_slope_; }  // error, and later steps' bits

 private:
  double price_step(const ContextStep& step, const FloatTensor& parameters,
                    const FloatTensor& decoded);
  double distortion(const FloatTensor& samples, FloatTensor& gradient) const;
  void step_back(int s, FloatTensor& decoded_gradient);

  const TwinModel& model_;
  ImageView image_;
  ThreadPool& pool_;

  // One evaluation's values, kept for the way back, and memory for the next.
  Rectangle region_;
  FloatTensor own_slope_, other_slope_;
  FloatTensor index_slope_;  // of a latent's own bits over its scale index
  std::vector<char> coded_;  // whether a latent has a value
  FloatTensor decoded_;      // what steps so far have put out, Q4
  std::vector<TwinNetwork::Tape> context_tapes_;
  TwinNetwork::Tape hyper_tape_, synthesis_tape_;
};

}  // namespace vaecomp
