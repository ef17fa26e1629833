// Corrections of X0, X1 and X2 move red, green and blue along three orthogonal directions, so each
// is a problem of its own. Float zone.
#include "codec/encoder/fit_filter.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "codec/kernels/kernels.h"

namespace vaecomp {
namespace {

constexpr int kNorms[3] = {3, 2, 6};  // squared lengths of (1, 1, 1), (1, 0, -1), (1, -2, 1)
// From a sum of features times coefficients to colours, Q6.
constexpr double kUnit = 1.0 / (1 << (kFilterFraction - 2));
constexpr double kBitsOfSection = 24;  // its head, and two for the number of classes

// Columns of one level, [feature or error][column].
struct Columns {
  float features[kFilterFeatures][kFilterChunk], errors[3][kFilterChunk];
  int count = 0;

  // So that the last lanes hold nothing.
  void pad() {
    for (; count % kDotLanes != 0; ++count) {
      for (auto& feature : features) feature[count] = 0;
      for (auto& error : errors) error[count] = 0;
    }
  }
};

// What red, green and blue, Q6, lack to those of the pixel that begins with a sample; all three
// want a grey picture's only one.
std::array<int, 3> errors(const std::int16_t* colours, ImageView image, std::size_t sample) {
  std::array<int, 3> errors;
  for (int c = 0; c < 3; ++c) {
    const std::size_t at = sample + (image.channels == 3 ? c : 0);
    const int wanted =
        image.depth() == 16 ? (image.samples16[at] * 64 + 128) / 257 : image.samples[at] * 64;
    errors[c] = wanted - colours[c];
  }
  return errors;
}

using Matrix = std::vector<std::vector<double>>;

// Solves a x = b for a symmetric positive matrix, of which the lower triangle is given, by
// Cholesky's decomposition. Columns are brought to one size first, and a trace is added to each,
// for those that depend on each other.
std::vector<double> solved(Matrix a, std::vector<double> b) {
  const std::size_t n = b.size();
  std::vector<double> size(n);
  for (std::size_t i = 0; i < n; ++i) size[i] = std::sqrt(a[i][i]) + 1e-6;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) a[i][j] /= size[i] * size[j];
    a[i][i] += 1e-5;
    b[i] /= size[i];
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] = i == j ? std::sqrt(std::max(a[i][i], 1e-12)) : a[i][j] / a[j][j];
    }
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = 0; i < n; ++i) b[i] /= size[i];
  return b;
}

}  // namespace

FilterFit::Moments& FilterFit::Moments::operator+=(const Moments& other) {
  count += other.count;
  for (int k = 0; k < 3; ++k) energy[k] += other.energy[k];
  for (int i = 0; i < kFilterFeatures; ++i) {
    for (int j = 0; j <= i; ++j) inner[i][j] += other.inner[i][j];
    for (int k = 0; k < 3; ++k) cross[k][i] += other.cross[k][i];
  }
  return *this;
}

void FilterFit::add(const Tensor& colours, ImageView image, int left, int top,
                    const PixelArea& seen) {
  FilterWindow window(colours.width, colours.height, true);
  int next = 0;
  for (int y = 0; y < colours.height; ++y) {
    window.take(colours.row(y));
    for (; next < window.ready(); ++next) {
      if (next < seen.top || next >= seen.bottom) continue;
      const std::size_t pixel = static_cast<std::size_t>(top + next) * image.width + left;
      add(window.row(next), image, pixel * image.channels, seen.left, seen.right);
    }
  }
}

void FilterFit::add(const FilterRow& row, ImageView image, std::size_t first_sample, int begin,
                    int end) {
  FilterFeatures features;
  std::array<Columns, kMaxFilterClasses> levels;
  for (int first = begin; first < end; first += kFilterChunk) {
    const int count = std::min(kFilterChunk, end - first);
    kernels().filter.features(row, first, count, features);
    for (Columns& own : levels) own.count = 0;
    for (int i = 0; i < count; ++i) {
      const int x = first + i;
      Columns& own = levels[row.levels[x]];
      for (int f = 0; f < kConstantFeature; ++f) own.features[f][own.count] = features[f][i];
      own.features[kConstantFeature][own.count] = kFilterConstant;
      const std::size_t pixel = first_sample + static_cast<std::size_t>(x) * image.channels;
      const std::array<int, 3> error = errors(row.colours + std::ptrdiff_t{3} * x, image, pixel);
      own.errors[0][own.count] = static_cast<float>(error[0] + error[1] + error[2]);
      own.errors[1][own.count] = static_cast<float>(error[0] - error[2]);
      own.errors[2][own.count] = static_cast<float>(error[0] - 2 * error[1] + error[2]);
      ++own.count;
    }
    for (int level = 0; level < kMaxFilterClasses; ++level) {
      Columns& own = levels[level];
      levels_[level].count += own.count;
      own.pad();
      const auto dot = kernels().floats.dot;
      for (int k = 0; k < 3; ++k)
        levels_[level].energy[k] += dot(own.errors[k], own.errors[k], own.count);
      for (int i = 0; i < kFilterFeatures; ++i) {
        for (int j = 0; j <= i; ++j)
          levels_[level].inner[i][j] += dot(own.features[i], own.features[j], own.count);
        for (int k = 0; k < 3; ++k)
          levels_[level].cross[k][i] += dot(own.features[i], own.errors[k], own.count);
      }
    }
  }
}

double FilterFit::Moments::solve(int j, double share, std::int16_t* coefficients) const {
  const FilterTaps& taps = kFilterTaps[j];
  Matrix own(taps.count, std::vector<double>(taps.count));
  std::vector<double> toward(taps.count);
  for (int t = 0; t < taps.count; ++t) {
    for (int u = 0; u < taps.count; ++u) {
      const auto [less, more] = std::minmax(taps.features[t], taps.features[u]);
      own[t][u] = inner[more][less];
    }
    toward[t] = cross[j][taps.features[t]];
  }
  const std::vector<double> exact = solved(own, toward);
  for (int t = 0; t < taps.count; ++t) {
    const double coefficient = std::round(exact[t] / (kUnit * kNorms[j]));
    coefficients[t] = static_cast<std::int16_t>(std::clamp(coefficient, -32767.0, 32767.0));
  }
  // A sum a moves the three colours by a times their direction.
  double less = 0;
  for (int t = 0; t < taps.count; ++t) {
    less += 2 * kUnit * coefficients[t] * toward[t];
    for (int u = 0; u < taps.count; ++u)
      less -= kNorms[j] * kUnit * kUnit * coefficients[t] * coefficients[u] * own[t][u];
  }
  // Each coefficient takes away one pixel's share of errors that nothing foretells, and adds as
  // much where they are others.
  const double by_chance = taps.count * energy[j] / std::max(count, 1.0) / kNorms[j];
  return (share * less - 2 * (share - 1) * by_chance) / (64 * 64);
}

FittedFilter FilterFit::fitted(int classes, const ErrorPrice& price) const {
  FittedFilter found{.filter = {.classes = classes}, .saved = -kBitsOfSection};
  const int levels_each = kMaxFilterClasses / classes;
  for (int k = 0; k < classes; ++k) {
    Moments moments;
    for (int level = k * levels_each; level < (k + 1) * levels_each; ++level)
      moments += levels_[level];
    for (int j = 0; j < 3; ++j) {
      std::int16_t* const own = found.filter.coefficients[k][j];
      const int count = kFilterTaps[j].count;
      const double less = moments.solve(j, price.share, own);
      const int sum = std::accumulate(own, own + count, 0,
                                      [](int total, int c) { return total + std::abs(c); });
      double saved = less * price.bits - filter_bits(own, count);
      if (sum > kMaxFilterSum || saved < -1) {
        std::fill_n(own, count, std::int16_t{0});
        saved = -1;  // the bit that says so
      }
      found.saved += saved;
    }
  }
  return found;
}

FittedFilter FilterFit::best(const ErrorPrice& price) const {
  FittedFilter best;
  for (const int classes : {1, 2, 4}) {
    const FittedFilter candidate = fitted(classes, price);
    if (candidate.saved > best.saved) best = candidate;
  }
  double squared_error = 0;  // before, of 255^2
  for (const Moments& moments : levels_)
    for (int j = 0; j < 3; ++j) squared_error += moments.energy[j] / kNorms[j] / (64 * 64);
  best.left = price.bits * price.share * squared_error - best.saved;
  return best;
}

}  // namespace vaecomp
