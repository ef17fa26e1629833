// Muon's directions: singular vectors stay, singular values become one.
#include "training/native/orthogonalise.h"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

#include "training/native/threads.h"
#include "unit/training/random_values.h"

namespace vaecomp::training {
namespace {

// Takes what is not far from 1 to 1, as Newton and Schulz do, after turns that bring it there.
constexpr std::array kTurns = {
    Quintic{8.3837F, -24.7659F, 18.3571F}, Quintic{4.0434F, -3.0114F, 0.5695F},
    Quintic{3.5056F, -2.6267F, 0.5257F},   Quintic{2.4901F, -1.8343F, 0.4368F},
    Quintic{1.875F, -1.25F, 0.375F},       Quintic{1.875F, -1.25F, 0.375F}};

std::vector<float> level(const std::vector<float>& matrix, int rows, int columns) {
  std::vector<float> out(matrix.size());
  OrthogonaliseSpace space;
  orthogonalise(matrix.data(), rows, columns, kTurns, out.data(), space);
  return out;
}

TEST_CASE(
    "rows or columns, whichever are fewer, become orthonormal, and the product stays positive") {
  for (const auto& [rows, columns] :
       std::vector<std::array<int, 2>>{{1, 1}, {16, 40}, {40, 16}, {7, 100}, {33, 90}}) {
    for (const float size : {1e-9F, 1.0F, 1e6F}) {
      std::vector<float> matrix = random_values(static_cast<std::size_t>(rows) * columns, 5);
      for (float& value : matrix) value *= size;
      const std::vector<float> out = level(matrix, rows, columns);
      const bool wide = rows <= columns;
      const int m = wide ? rows : columns, n = wide ? columns : rows;
      const auto at = [&](const std::vector<float>& x, int i, int p) {
        return static_cast<double>(wide ? x[i * columns + p] : x[p * columns + i]);
      };
      double along = 0;
      for (int i = 0; i < m; ++i) {
        for (int j = 0; j < m; ++j) {
          double sum = 0;
          for (int p = 0; p < n; ++p) sum += at(out, i, p) * at(out, j, p);
          REQUIRE(std::abs(sum - (i == j)) < 2e-3);
        }
        for (int p = 0; p < n; ++p) along += at(out, i, p) * at(matrix, i, p);
      }
      CHECK(along > 0);
    }
  }
}

TEST_CASE("nothing has no direction") {
  for (const float value : level(std::vector<float>(20 * 30), 20, 30)) CHECK(value == 0);
}

TEST_CASE("a step moves by the rate along the direction, and threads change nothing") {
  constexpr int kRows = 24, kColumns = 60, kMatrices = 5;
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 3}) {
    set_threads(threads);
    std::vector<float> values, momentum, gradient = random_values(kMatrices * kRows * kColumns, 3);
    values.resize(gradient.size());
    momentum.resize(gradient.size());
    std::vector<MuonMatrix> matrices;
    for (int i = 0; i < kMatrices; ++i) {
      const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(i) * kRows * kColumns;
      matrices.push_back({values.data() + first, gradient.data() + first, momentum.data() + first,
                          kRows, kColumns, 0.5F});
    }
    muon_steps(matrices, 0.9F, kTurns);
    const std::vector<float> one(gradient.begin(), gradient.begin() + kRows * kColumns);
    const std::vector<float> direction = level(one, kRows, kColumns);
    for (int i = 0; i < kRows * kColumns; ++i) {
      CHECK(near(momentum[i], 0.1F * gradient[i]));
      REQUIRE(std::abs(values[i] + 0.5F * direction[i]) < 1e-4);
    }
    results.push_back(values);
  }
  set_threads(1);
  CHECK(results[0] == results[1]);
  CHECK(results[0] == results[2]);
}

}  // namespace
}  // namespace vaecomp::training
