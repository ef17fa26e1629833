// MS-SSIM: structure compared at five scales, luminance at the coarsest.
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <vector>

#include "tools/metrics/metrics.h"

namespace vaecomp {
namespace {

constexpr std::array kScaleWeights{0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
constexpr int kTaps = 11;
constexpr double kSigma = 1.5;
constexpr double kC1 = (0.01 * 255) * (0.01 * 255);
constexpr double kC2 = (0.03 * 255) * (0.03 * 255);

// One channel, row after row. Single precision would lose the small variances of flat areas.
struct Plane {
  int width = 0, height = 0;
  std::vector<double> values;

  Plane(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * h) {}
  double* row(int y) { return values.data() + static_cast<std::size_t>(y) * width; }
  const double* row(int y) const { return values.data() + static_cast<std::size_t>(y) * width; }
};

Plane channel_of(ImageView image, int channel) {
  Plane plane(image.width, image.height);
  for (std::size_t i = 0; i < plane.values.size(); ++i) {
    plane.values[i] = image.samples[i * image.channels + channel];
  }
  return plane;
}

std::array<double, kTaps> gaussian_window() {
  std::array<double, kTaps> window{};
  double sum = 0;
  for (int i = 0; i < kTaps; ++i) {
    const int offset = i - kTaps / 2;
    window[i] = std::exp(-double(offset * offset) / (2 * kSigma * kSigma));
    sum += window[i];
  }
  for (double& tap : window) tap /= sum;
  return window;
}

// The Gaussian where it fits whole: kTaps - 1 fewer rows and columns. value(y, x) is the plane to
// blur, so that products of planes need no memory.
template <typename Value>
Plane blur(int width, int height, Value value) {
  static const std::array<double, kTaps> kWindow = gaussian_window();
  Plane narrow(width - kTaps + 1, height);
  std::vector<double> line(width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) line[x] = value(y, x);
    double* out = narrow.row(y);
    for (int i = 0; i < kTaps; ++i) {
      for (int x = 0; x < narrow.width; ++x) out[x] += kWindow[i] * line[x + i];
    }
  }
  Plane blurred(narrow.width, height - kTaps + 1);
  for (int y = 0; y < blurred.height; ++y) {
    double* out = blurred.row(y);
    for (int i = 0; i < kTaps; ++i) {
      const double* in = narrow.row(y + i);
      for (int x = 0; x < blurred.width; ++x) out[x] += kWindow[i] * in[x];
    }
  }
  return blurred;
}

struct ScaleTerms {
  double structure = 0;       // mean of contrast times structure
  double with_luminance = 0;  // mean of luminance times contrast times structure: SSIM
};

ScaleTerms compare_scale(const Plane& a, const Plane& b) {
  const int w = a.width, h = a.height;
  const Plane mean_a = blur(w, h, [&](int y, int x) { return a.row(y)[x]; });
  const Plane mean_b = blur(w, h, [&](int y, int x) { return b.row(y)[x]; });
  // The two variances are needed as a sum only.
  const Plane squares = blur(
      w, h, [&](int y, int x) { return a.row(y)[x] * a.row(y)[x] + b.row(y)[x] * b.row(y)[x]; });
  const Plane products = blur(w, h, [&](int y, int x) { return a.row(y)[x] * b.row(y)[x]; });
  ScaleTerms sum;
  for (std::size_t i = 0; i < squares.values.size(); ++i) {
    const double ma = mean_a.values[i], mb = mean_b.values[i];
    const double variances = squares.values[i] - ma * ma - mb * mb;
    const double covariance = products.values[i] - ma * mb;
    const double structure = (2 * covariance + kC2) / (variances + kC2);
    sum.structure += structure;
    sum.with_luminance += structure * (2 * ma * mb + kC1) / (ma * ma + mb * mb + kC1);
  }
  const double count = static_cast<double>(squares.values.size());
  return {sum.structure / count, sum.with_luminance / count};
}

// Means of 2 x 2 samples; an odd side begins with a row or column of zeros.
Plane halve(const Plane& plane) {
  const int left = plane.width % 2, top = plane.height % 2;
  const auto at = [&](int y, int x) { return y < 0 || x < 0 ? 0.0 : plane.row(y)[x]; };
  Plane half((plane.width + left) / 2, (plane.height + top) / 2);
  for (int y = 0; y < half.height; ++y) {
    const int v = 2 * y - top;
    for (int x = 0; x < half.width; ++x) {
      const int u = 2 * x - left;
      half.row(y)[x] = 0.25 * (at(v, u) + at(v, u + 1) + at(v + 1, u) + at(v + 1, u + 1));
    }
  }
  return half;
}

double compare_planes(Plane a, Plane b) {
  double product = 1;
  for (std::size_t scale = 0; scale < kScaleWeights.size(); ++scale) {
    const bool last = scale + 1 == kScaleWeights.size();
    const ScaleTerms terms = compare_scale(a, b);
    // A negative mean (anti-correlated pictures) has no real power: it counts as zero.
    const double term = std::max(last ? terms.with_luminance : terms.structure, 0.0);
    product *= std::pow(term, kScaleWeights[scale]);
    if (!last) {
      a = halve(a);
      b = halve(b);
    }
  }
  return product;
}

}  // namespace

std::optional<double> ms_ssim(ImageView a, ImageView b) {
  assert(a.width == b.width && a.height == b.height && a.channels == b.channels);
  if (std::min(a.width, a.height) < kMsSsimSmallestSide) return std::nullopt;
  double sum = 0;
  for (int c = 0; c < a.channels; ++c) sum += compare_planes(channel_of(a, c), channel_of(b, c));
  return sum / a.channels;
}

}  // namespace vaecomp
