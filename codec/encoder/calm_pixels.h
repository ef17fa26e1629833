// Where the eye sees a wrong sample at once.
#pragma once

#include <cstdint>
#include <vector>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

enum class Calm : std::uint8_t {
  kNone,
  kSmooth,  // in a gradient, where coarse steps would show as bands
  kFlat,    // in an even ground, or on its straight rim
};

// Of each pixel of a picture of 8 bits, [row][column]. A pixel is flat if at least 5 of the 8
// around it equal it; smooth if no line through it bends by more than 2, of any channel, as noise
// does, and nothing around it is far away. Pixels on the picture's rim are looked at as if it went
// on evenly.
std::vector<Calm> calm_pixels(ImageView image);

}  // namespace vaecomp
