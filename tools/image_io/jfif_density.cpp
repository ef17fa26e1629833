// Conversion of units.
#include "tools/image_io/jfif_density.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/image_io/big_endian.h"

namespace vaecomp {
namespace {

constexpr double kMetresPerInch = 0.0254;
constexpr std::uint32_t kMost = 65535, kCentimetresPerMetre = 100;

std::uint32_t per_inch(std::uint32_t per_metre) {
  return static_cast<std::uint32_t>(std::lround(per_metre * kMetresPerInch));
}

bool is_whole_per_inch(std::uint32_t per_metre) {
  return std::lround(per_inch(per_metre) / kMetresPerInch) == static_cast<long>(per_metre);
}

std::optional<JfifDensity> density(std::uint8_t unit, std::uint32_t x, std::uint32_t y) {
  if (std::min(x, y) == 0 || std::max(x, y) > kMost) return std::nullopt;
  return JfifDensity{unit, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
}

// The shape of a pixel in numbers that JFIF has.
std::optional<JfifDensity> shape(std::uint32_t x, std::uint32_t y) {
  const std::uint32_t common = std::gcd(x, y);
  x /= common;
  y /= common;
  const double scale = std::max(1.0, static_cast<double>(std::max(x, y)) / kMost);
  return density(0, static_cast<std::uint32_t>(std::lround(x / scale)),
                 static_cast<std::uint32_t>(std::lround(y / scale)));
}

}  // namespace

std::optional<JfifDensity> jfif_density(ByteSpan phys) {
  constexpr std::size_t kLength = 9;
  if (phys.size() != kLength) return std::nullopt;
  const std::uint32_t x = load_be32(phys, 0), y = load_be32(phys, 4);
  if (x == 0 || y == 0) return std::nullopt;
  if (phys[8] == 0) return shape(x, y);
  if (phys[8] != 1) return std::nullopt;
  if (is_whole_per_inch(x) && is_whole_per_inch(y)) {
    if (auto found = density(1, per_inch(x), per_inch(y))) return found;
  }
  if (x % kCentimetresPerMetre == 0 && y % kCentimetresPerMetre == 0) {
    if (auto found = density(2, x / kCentimetresPerMetre, y / kCentimetresPerMetre)) return found;
  }
  return density(1, per_inch(x), per_inch(y));
}

}  // namespace vaecomp
