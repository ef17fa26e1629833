// The filter that brings decoded pixels nearest to a picture, by least squares (SPEC.md
// sections 1.6 and 5).
#pragma once

#include <array>

#include "codec/base/tensor.h"
#include "codec/exact/filter_window.h"
#include "format/pixel_filter.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// What a squared error is worth.
struct ErrorPrice {
  double bits = 0;   // for a squared error of 255^2 in one of three channels
  double share = 1;  // how many pixels of the picture each pixel that was seen stands for
};

struct PixelArea {
  int left, top, right, bottom;
};

struct FittedFilter {
  PixelFilter filter;
  double saved = 0;  // bits that it is worth to the whole picture, less its own
  double left = 0;   // what the errors that stay cost, of the whole picture, about, in bits
};

// Gathers second moments of pixels' features and errors.
class FilterFit {
 public:
  // `colours`, [height][width][3], Q6, are what the synthesis network gives for the part of `image`
  // that begins at `left` and `top`. Pixels in `seen` are added, counted from there; those around
  // them are looked at too.
  void add(const Tensor& colours, ImageView image, int left, int top, const PixelArea& seen);

  // The filter, of one, two or four classes, that saves most; each class and component has
  // coefficients only if they are worth their bits. One without classes if none is.
  FittedFilter best(const ErrorPrice& price) const;

 private:
  using Features = std::array<double, kFilterFeatures>;

  // Of pixels of one level of activity; errors as those of X0, X1, X2 times their weights.
  struct Moments {
    std::array<Features, kFilterFeatures> inner{};  // the lower triangle
    std::array<Features, 3> cross{};
    std::array<double, 3> energy{};  // of errors
    double count = 0;

    Moments& operator+=(const Moments& other);

    // The best coefficients for Xj, and the squared error, of 255^2, that they take away of `share`
    // times as many pixels: less than `share` times what they do here, for here they fit chance
    // too.
    double solve(int j, double share, std::int16_t* coefficients) const;
  };

  // Columns begin .. end - 1; the row begins with `first_sample` of the picture.
  void add(const FilterRow& row, ImageView image, std::size_t first_sample, int begin, int end);
  FittedFilter fitted(int classes, const ErrorPrice& price) const;

  std::array<Moments, kMaxFilterClasses> levels_;
};

}  // namespace vaecomp
