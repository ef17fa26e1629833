// Where the bits went, as numbers and as a picture.
#pragma once

#include <vector>

#include "vaecomp/study.hpp"

namespace vaecomp {

// Bits per pixel at each latent position, which stands for 16 x 16 pixels (at the right and lower
// border also for pixels beyond the picture). A hyper latent's bits are shared evenly by the
// latents that it serves, so that the sum of all, times 256, is what the symbols cost.
struct HeatMap {
  int rows = 0, columns = 0;
  std::vector<double> density;  // [rows][columns]
  double min = 0, mean = 0, max = 0;
  double total_bits = 0;
};

HeatMap heat_map(const StudiedLatents& studied);

struct HeatStyle {
  double white = 0;     // bits per pixel that are shown white; black is 0
  bool blocky = false;  // a square a position instead of a smooth course
};

// The map in the picture's size, RGB. `under`: the picture to be seen through it, or null.
Image heat_picture(const HeatMap& map, int width, int height, const HeatStyle& style,
                   const Image* under);

}  // namespace vaecomp
