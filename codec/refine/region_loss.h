// The encoder's objective on a rectangle of the picture, and its gradient: lambda * 255^2 * MSE +
// bits, through the float twins of all that a decoder does. Float zone.
#pragma once

#include "codec/refine/soft_rounding.h"
#include "codec/refine/twin_model.h"

namespace vaecomp {

// In latents; `top`, `left` are multiples of the hyper latents' stride (4), so that phases and
// hyper cells keep their places.
struct Rectangle {
  int top = 0, left = 0, height = 0, width = 0;

  bool contains(int y, int x) const {
    return y >= top && y < top + height && x >= left && x < left + width;
  }
};

// What is coded, or is to be: y [h][w][M] and z [ceil(h / 4)][ceil(w / 4)][Z], in quantisation
// steps.
struct FloatLatents {
  FloatTensor y, z;
};

class RegionLoss {
 public:
  // `region` lies in the picture's latent grid. Latents within `free`, a part of it, are rounded
  // softly; the others are rounded to the nearest. Borrows all arguments.
  RegionLoss(const TwinModel& model, ImageView image, const Rectangle& region,
             const Rectangle& free, ThreadPool& pool);

  // The objective in bits, summed over the region: bits of its latents plus lambda times the
  // squared error of its pixels (a mean over the channels), for latents of the region's size. Fills
  // `gradient`, which is 0 outside of `free`.
  double evaluate(const FloatLatents& latents, const SoftRounding& rounding,
                  FloatLatents& gradient);

 private:
  bool has_step(int s) const;
  double round_hyper(const FloatTensor& z, const SoftRounding& rounding);
  double round_step(int s, const FloatTensor& y, const SoftRounding& rounding);
  double distortion(const FloatTensor& samples, FloatTensor& gradient) const;
  void step_back(int s, FloatTensor& decoded_gradient, FloatTensor& y_gradient);
  void hyper_back(FloatTensor& z_gradient);

  const TwinModel& model_;
  ImageView image_;
  Rectangle region_, free_;
  ThreadPool& pool_;

  // One evaluation's values, kept for the way back.
  struct Rounded {
    FloatTensor value_slope;  // of the rounded value over the latent
    FloatTensor rate_slope;   // of bits over the rounded value
    FloatTensor index_slope;  // of bits over the scale index
  };
  Rounded y_, z_;
  FloatTensor hyper_;             // decoded hyper latents, Q4
  FloatTensor features_;          // cropped to the region
  FloatTensor feature_gradient_;  // of all steps
  FloatTensor decoded_;           // Q4
  std::vector<TwinNetwork::Tape> context_tapes_;
  TwinNetwork::Tape hyper_tape_, synthesis_tape_;
};

}  // namespace vaecomp
