// A pixel of 8-bit samples as a number.
#pragma once

#include <cstdint>

#include "codec/lossless/pixel_colour.h"

namespace vaecomp {

using PackedColour = NarrowSamples::Colour;

inline PackedColour pack_colour(const std::uint8_t* pixel, int channels) {
  PackedColour colour = 0;
  for (int c = 0; c < channels; ++c) colour |= PackedColour{pixel[c]} << (8 * c);
  return colour;
}

inline int sample_of(PackedColour colour, int channel) {
  return sample_of<NarrowSamples>(colour, channel);
}

inline int squared_distance(PackedColour a, PackedColour b) {
  int sum = 0;
  for (int c = 0; c < 3; ++c) {
    const int d = sample_of(a, c) - sample_of(b, c);
    sum += d * d;
  }
  return sum;
}

}  // namespace vaecomp
