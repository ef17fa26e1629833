// Rotations of the colour space.
#include "codec/encoder/turn_colours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace vaecomp {
namespace {

using Matrix = std::array<Rgb, 3>;

constexpr Rgb kGrey = {0.57735026918962576, 0.57735026918962576, 0.57735026918962576};
constexpr Rgb kRedLessBlue = {0.70710678118654752, 0, -0.70710678118654752};

// What a turn has to bring: detail off the grey axis, against that which no turn brings onto it,
// and degrees of hue. Photographs have at most 0.2 and 41, but for a few that gain.
constexpr double kLeastLeak = 0.3, kLeastHue = 45;
// The hue of what is about as strong on every axis, as noise, is chance.
constexpr double kLeastHueStrength = 1.5;

double dot(const Rgb& a, const Rgb& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Rgb cross(const Rgb& a, const Rgb& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Rgb times(const Matrix& m, const Rgb& v) { return {dot(m[0], v), dot(m[1], v), dot(m[2], v)}; }

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix result{};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      result[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
  return result;
}

// 1 + sine K + rest K^2, K being the matrix of the cross product with `axis`.
Matrix rodrigues(const Rgb& axis, double sine, double rest) {
  const Matrix k = {{{0, -axis[2], axis[1]}, {axis[2], 0, -axis[0]}, {-axis[1], axis[0], 0}}};
  Matrix result = product(k, k);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      result[i][j] = (i == j ? 1 : 0) + sine * k[i][j] + rest * result[i][j];
  return result;
}

Matrix inverse(const Matrix& m) {
  const Rgb a = cross(m[1], m[2]), b = cross(m[2], m[0]), c = cross(m[0], m[1]);
  const double det = dot(m[0], a);
  Matrix result{};
  for (int i = 0; i < 3; ++i) result[i] = {a[i] / det, b[i] / det, c[i] / det};
  return result;
}

// The rotation that pays, if one does.
std::optional<Matrix> rotation_for(const PrincipalAxes& found) {
  const Rgb& main = found.axes[0];
  const double cosine = dot(main, kGrey);
  // The smallest rotation that takes `main` to grey.
  const Matrix to_grey = rodrigues(cross(main, kGrey), 1, 1 / (1 + cosine));
  const Rgb second = times(to_grey, found.axes[1]);
  constexpr double kPi = 3.14159265358979324;
  double hue = std::atan2(dot(cross(second, kRedLessBlue), kGrey), dot(second, kRedLessBlue));
  if (hue > kPi / 2) hue -= kPi;  // an axis has no sign
  if (hue < -kPi / 2) hue += kPi;
  const double moved = (1 - cosine * cosine) * found.strength[0];
  const bool leaks = moved > kLeastLeak * (found.strength[1] + found.strength[2]);
  const bool turns = std::abs(hue) >= kLeastHue * kPi / 180 &&
                     found.strength[1] > kLeastHueStrength * found.strength[2];
  if (!leaks && !turns) return std::nullopt;
  return product(rodrigues(kGrey, std::sin(hue), 1 - std::cos(hue)), to_grey);
}

// Calls visit(colour) for each pixel, 0 .. 255.
template <typename Visit>
void for_colours(ImageView image, Visit&& visit) {
  const auto samples = static_cast<std::size_t>(image.width) * image.height * 3;
  for (std::size_t i = 0; i < samples; i += 3) {
    std::array<float, 3> colour;
    for (int c = 0; c < 3; ++c) {
      colour[c] = image.depth() == 16 ? static_cast<float>(image.samples16[i + c]) / 257
                                      : static_cast<float>(image.samples[i + c]);
    }
    visit(colour);
  }
}

using FloatMatrix = std::array<std::array<float, 3>, 3>;

FloatMatrix single(const Matrix& m) {
  FloatMatrix result{};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) result[i][j] = static_cast<float>(m[i][j]);
  return result;
}

float part(const FloatMatrix& m, int i, const std::array<float, 3>& colour) {
  return m[i][0] * colour[0] + m[i][1] * colour[1] + m[i][2] * colour[2];
}

Matrix forward(const ColourTurn& back) {
  Matrix m{};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) m[i][j] = back.matrix[i][j] / double{1 << kTurnFraction};
  return inverse(m);
}

// The largest scale up to 1, and the offsets nearest to 0, with which no colour leaves its range.
FoundTurn fitted(const Matrix& rotation, ImageView image) {
  constexpr double kRange = 254.8;  // entries are rounded
  std::array<float, 3> low = {1e9F, 1e9F, 1e9F}, high = {-1e9F, -1e9F, -1e9F};
  for_colours(image, [&, m = single(rotation)](const std::array<float, 3>& colour) {
    for (int i = 0; i < 3; ++i) {
      const float value = part(m, i, colour);
      low[i] = std::min(low[i], value);
      high[i] = std::max(high[i], value);
    }
  });
  double scale = 1;
  for (int i = 0; i < 3; ++i) scale = std::min(scale, kRange / std::max(high[i] - low[i], 1.0F));
  FoundTurn found{.back = {}, .scale = scale};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      const double entry = rotation[j][i] / scale * (1 << kTurnFraction);
      found.back.matrix[i][j] = static_cast<std::int16_t>(std::lrint(entry));
    }
    const double least = 0.1 - low[i] * scale, most = 254.9 - high[i] * scale;
    const double offset = low[i] * scale >= 0 && most >= 0 ? 0 : least > 0 ? least : most;
    found.back.offset[i] = static_cast<std::int16_t>(std::lrint(64 * offset));
  }
  return found;
}

}  // namespace

std::optional<FoundTurn> find_turn(const PrincipalAxes& axes, ImageView image) {
  if (axes.strength[0] == 0) return std::nullopt;
  const std::optional<Matrix> rotation = rotation_for(axes);
  if (!rotation) return std::nullopt;
  return fitted(*rotation, image);
}

double detail_off_grey(const PrincipalAxes& axes) {
  double sum = 0;
  for (int i = 0; i < 3; ++i) {
    const double cosine = dot(axes.axes[i], kGrey);
    sum += (1 - cosine * cosine) * axes.strength[i];
  }
  return sum;
}

FoundTurn fainter(const FoundTurn& turn, double scale) {
  constexpr double kMiddle = 127.5, kBound = kMaxTurnRow - 3;  // entries are rounded
  double smaller = scale / turn.scale;
  for (const auto& row : turn.back.matrix) {
    const double sum = std::abs(row[0]) + std::abs(row[1]) + std::abs(row[2]);
    smaller = std::max(smaller, sum / kBound);
  }
  smaller = std::min(smaller, 1.0);
  FoundTurn result{.back = {}, .scale = smaller * turn.scale};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j)
      result.back.matrix[i][j] =
          static_cast<std::int16_t>(std::lrint(turn.back.matrix[i][j] / smaller));
    const double offset = smaller * (turn.back.offset[i] / 64.0 - kMiddle) + kMiddle;
    result.back.offset[i] = static_cast<std::int16_t>(std::lrint(64 * offset));
  }
  return result;
}

ImageView turned(ImageView image, const ColourTurn& back, Image& storage) {
  const FloatMatrix m = single(forward(back));
  const std::size_t samples = static_cast<std::size_t>(image.width) * image.height * 3;
  storage.samples16.resize(samples);
  storage.samples.resize(samples);
  std::size_t at = 0;
  for_colours(image, [&](const std::array<float, 3>& colour) {
    for (int i = 0; i < 3; ++i, ++at) {
      const float value = 257 * (part(m, i, colour) + static_cast<float>(back.offset[i]) / 64);
      const auto sample =
          static_cast<std::uint16_t>(std::clamp(static_cast<int>(value + 0.5F), 0, 65535));
      storage.samples16[at] = sample;
      storage.samples[at] = to_8_bit(sample);
    }
  });
  return {.samples = storage.samples,
          .width = image.width,
          .height = image.height,
          .channels = 3,
          .samples16 = storage.samples16};
}

}  // namespace vaecomp
