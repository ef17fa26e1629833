// Tables of a discretised Gaussian for tests and benchmarks, as the exporter makes them, in
// doubles.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "codec/entropy/cdf_tables.h"

namespace vaecomp::testing {

struct RawTables {
  std::vector<std::uint16_t> radius;
  std::vector<std::uint16_t> starts;
};

// Scale index i stands for this sigma, in quantisation steps (MODEL.md section 5).
inline double sigma_of(int scale_index) { return 0.11 * std::pow(256 / 0.11, scale_index / 63.0); }

// Probability of the symbols of a Gaussian rounded to integers: -R .. R, then everything beyond.
inline std::vector<double> gaussian_probabilities(double sigma, int radius) {
  const auto cdf = [&](double x) { return 0.5 * std::erfc(-x / (sigma * std::sqrt(2.0))); };
  std::vector<double> result;
  for (int v = -radius; v <= radius; ++v) result.push_back(cdf(v + 0.5) - cdf(v - 0.5));
  result.push_back(2 * cdf(-radius - 0.5));
  return result;
}

// Appends one table: a slot for every symbol, the others shared out by rounding the cumulative
// sums.
inline void append_table(RawTables& tables, const std::vector<double>& probabilities) {
  const double shared = 65536.0 - static_cast<double>(probabilities.size());
  double sum = 0;
  long symbol = 0;
  for (double p : probabilities) {
    tables.starts.push_back(static_cast<std::uint16_t>(symbol++ + std::lround(sum * shared)));
    sum = std::min(1.0, sum + p);
  }
  tables.radius.push_back(static_cast<std::uint16_t>(probabilities.size() / 2 - 1));
}

inline RawTables gaussian_raw_tables() {
  RawTables tables;
  tables.radius.push_back(0);
  for (int i = 1; i < kScaleIndices; ++i) {
    const double sigma = sigma_of(i);
    append_table(tables, gaussian_probabilities(sigma, std::max(1, static_cast<int>(4.5 * sigma))));
  }
  return tables;
}

// Probability of the values -R .. R of trellis-coded quantisation, of the Gaussian's mass nearest
// to the point of each, then everything beyond.
inline std::vector<double> trellis_probabilities(double sigma, int radius) {
  constexpr double kStep = 11.0 / 16;
  const auto point = [](int v) { return kStep * (v > 0 ? 2 * v - 1 : 2 * v); };
  const auto below = [&](int v) {  // the border below v
    return 0.5 * std::erfc(-(point(v - 1) + point(v)) / 2 / (sigma * std::sqrt(2.0)));
  };
  std::vector<double> result;
  for (int v = -radius; v <= radius; ++v) result.push_back(below(v + 1) - below(v));
  result.push_back(below(-radius) + 1 - below(radius + 1));
  return result;
}

// The same tables, and those of trellis-coded pictures.
inline RawTables gaussian_raw_tables_with_trellis() {
  RawTables tables = gaussian_raw_tables();
  tables.radius.push_back(0);
  for (int i = 1; i < kScaleIndices; ++i) {
    const double sigma = sigma_of(i);
    append_table(tables, trellis_probabilities(sigma, std::max(2, static_cast<int>(3 * sigma))));
  }
  return tables;
}

inline CdfTables gaussian_tables_with_trellis() {
  const RawTables raw = gaussian_raw_tables_with_trellis();
  return *CdfTables::build(raw.radius, raw.starts);
}

inline CdfTables gaussian_tables() {
  const RawTables raw = gaussian_raw_tables();
  return *CdfTables::build(raw.radius, raw.starts);
}

}  // namespace vaecomp::testing
