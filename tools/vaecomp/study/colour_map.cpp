// Green's formulas (1) and (2).
#include "tools/vaecomp/study/colour_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vaecomp {

std::array<double, 3> cubehelix(double value) {
  constexpr double kStart = 0.5, kTurns = -1.5, kSaturation = 1.0;
  const double v = std::clamp(value, 0.0, 1.0);
  const double angle = 2 * std::numbers::pi * (kStart / 3 + kTurns * v);
  const double reach = kSaturation * v * (1 - v) / 2;
  const double c = reach * std::cos(angle), s = reach * std::sin(angle);
  const auto clipped = [](double x) { return std::clamp(x, 0.0, 1.0); };
  return {clipped(v - 0.14861 * c + 1.78277 * s), clipped(v - 0.29227 * c - 0.90649 * s),
          clipped(v + 1.97294 * c)};
}

}  // namespace vaecomp
