// From a number to a colour that gets steadily brighter with it.
#pragma once

#include <array>

namespace vaecomp {

// Red, green and blue in 0 .. 1 for a value in 0 (black) .. 1 (white), clamped. Brightness follows
// the value while the hue turns once and a half around the grey axis (Green, "A colour scheme for
// the display of astronomical intensity images", 2011, with his default start and turns).
std::array<double, 3> cubehelix(double value);

}  // namespace vaecomp
