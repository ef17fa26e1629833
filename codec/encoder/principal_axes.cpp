// Eigenvectors of the differences' covariance, by Jacobi's rotations.
#include "codec/encoder/principal_axes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vaecomp {
namespace {

using Matrix = std::array<Rgb, 3>;

constexpr int kPixels = 1 << 17;  // about as many are looked at

template <typename Sample>
Matrix covariance(const Sample* samples, int width, int height) {
  constexpr double kUnit = sizeof(Sample) == 2 ? 257 : 1;
  const int rows = std::clamp(kPixels / width, 1, height);
  std::array<double, 6> sums{};  // rr, rg, rb, gg, gb, bb
  std::int64_t count = 0;
  for (int i = 0; i < rows; ++i) {
    const auto y = static_cast<std::size_t>((2 * i + 1) * std::int64_t{height} / (2 * rows));
    const Sample* const row = samples + y * width * 3;
    // The row above stands for the one below in the last.
    const Sample* const other = y > 0 ? row - std::ptrdiff_t{3} * width : row;
    const auto add = [&](const Sample* a, const Sample* b) {
      const float r = static_cast<float>(a[0] - b[0]), g = static_cast<float>(a[1] - b[1]),
                  blue = static_cast<float>(a[2] - b[2]);
      const std::array<float, 6> products = {r * r, r * g, r * blue, g * g, g * blue, blue * blue};
      for (int k = 0; k < 6; ++k) sums[k] += products[k];
    };
    for (int x = 0; x < width; ++x) {
      if (x > 0) add(row + std::ptrdiff_t{3} * x, row + std::ptrdiff_t{3} * (x - 1));
      add(row + std::ptrdiff_t{3} * x, other + std::ptrdiff_t{3} * x);
    }
    count += 2 * std::int64_t{width};
  }
  for (double& sum : sums) sum /= kUnit * kUnit * static_cast<double>(count);
  return {{{sums[0], sums[1], sums[2]}, {sums[1], sums[3], sums[4]}, {sums[2], sums[4], sums[5]}}};
}

// Makes m[p][q] 0 by a rotation of both axes, and turns the rows of `axes` with it.
void rotate(Matrix& m, Matrix& axes, int p, int q) {
  if (m[p][q] == 0) return;
  const double angle = 0.5 * std::atan2(2 * m[p][q], m[q][q] - m[p][p]);
  const double c = std::cos(angle), s = std::sin(angle);
  for (int k = 0; k < 3; ++k) {
    const double a = m[k][p], b = m[k][q];
    m[k][p] = c * a - s * b;
    m[k][q] = s * a + c * b;
  }
  for (int k = 0; k < 3; ++k) {
    const double a = m[p][k], b = m[q][k];
    m[p][k] = c * a - s * b;
    m[q][k] = s * a + c * b;
    const double u = axes[p][k], v = axes[q][k];
    axes[p][k] = c * u - s * v;
    axes[q][k] = s * u + c * v;
  }
}

}  // namespace

PrincipalAxes principal_axes(ImageView image) {
  Matrix m = image.depth() == 16 ? covariance(image.samples16.data(), image.width, image.height)
                                 : covariance(image.samples.data(), image.width, image.height);
  Matrix axes = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  constexpr int kSweeps = 8;  // converges quadratically: far more than enough
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    rotate(m, axes, 0, 1);
    rotate(m, axes, 0, 2);
    rotate(m, axes, 1, 2);
  }
  std::array<int, 3> order = {0, 1, 2};
  std::sort(order.begin(), order.end(), [&m](int a, int b) { return m[a][a] > m[b][b]; });
  PrincipalAxes found{};
  for (int i = 0; i < 3; ++i) {
    Rgb axis = axes[order[i]];
    if (std::accumulate(axis.begin(), axis.end(), 0.0) < 0)
      for (double& part : axis) part = -part;
    found.axes[i] = axis;
    found.strength[i] = std::max(m[order[i]][order[i]], 0.0);
  }
  return found;
}

}  // namespace vaecomp
