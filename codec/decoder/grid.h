// The grids of a picture (SPEC.md section 2): latents, hyper latents, bands.
#pragma once

#include <algorithm>

#include "format/limits.h"

namespace vaecomp {

struct Grid {
  int height, width;              // latents
  int hyper_height, hyper_width;  // hyper latents
  int bands;                      // groups of kBandRows latent rows, a stream each (VC-17)

  Grid(int picture_width, int picture_height)
      : height(ceil_div(picture_height, kLatentStride)),
        width(ceil_div(picture_width, kLatentStride)),
        hyper_height(ceil_div(picture_height, kHyperStride)),
        hyper_width(ceil_div(picture_width, kHyperStride)),
        bands(ceil_div(height, kBandRows)) {}

  int band_of(int row) const { return row / kBandRows; }
  int band_end(int band) const { return std::min(height, (band + 1) * kBandRows); }

 private:
  static int ceil_div(int a, int b) { return (a + b - 1) / b; }
};

}  // namespace vaecomp
