// The axes of a picture's detail among its colours.
#pragma once

#include <array>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

using Rgb = std::array<double, 3>;  // red, green, blue

struct PrincipalAxes {
  std::array<Rgb, 3> axes;         // orthonormal, the strongest first, sums not negative
  std::array<double, 3> strength;  // mean squared difference of neighbours along them, of 255^2
};

// Of the differences of neighbours in some rows of an RGB picture.
PrincipalAxes principal_axes(ImageView image);

}  // namespace vaecomp
