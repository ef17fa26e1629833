// Colours that are nearly equal made equal, which the exact coder then finds repeated (SPEC.md
// section 8.7).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codec/encoder/calm_pixels.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct MergeWeights {
  double error_bits = 1;  // what a squared error of 1 in a sample is worth
  int levels = 256;       // of a sample of colours that nothing near serves
};

// The samples of a picture of 8 bits, each pixel with the colour that costs least, its bits, about,
// and its error together: that of a neighbour, one that is frequent, or its own at even levels.
// Flat pixels keep their colours, smooth ones move by 1 at most.
std::vector<std::uint8_t> merged_colours(ImageView image, std::span<const Calm> calm,
                                         const MergeWeights& weights);

}  // namespace vaecomp
