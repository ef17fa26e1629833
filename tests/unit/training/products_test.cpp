// Matrix products of training against plain loops.
#include "training/native/products.h"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

#include "unit/training/random_values.h"

namespace vaecomp::training {
namespace {

struct Sizes {
  int rows, terms, columns;
};
constexpr std::array kSizes = {Sizes{1, 1, 1},     Sizes{5, 3, 16},   Sizes{48, 7, 33},
                               Sizes{49, 300, 48}, Sizes{97, 64, 15}, Sizes{12, 513, 80},
                               Sizes{53, 2, 160}};

TEST_CASE("rows times packed weights, with and without bias") {
  for (const Sizes& size : kSizes) {
    const std::vector<float> a = random_values(static_cast<std::size_t>(size.rows) * size.terms, 1);
    const std::vector<float> b =
        random_values(static_cast<std::size_t>(size.terms) * size.columns, 2);
    const std::vector<float> bias = random_values(size.columns, 3);
    for (const bool transposed : {false, true}) {
      PackedMatrix packed;
      // The same matrix, said in another order.
      std::vector<float> other(b.size());
      for (int t = 0; t < size.terms; ++t) {
        for (int c = 0; c < size.columns; ++c) other[c * size.terms + t] = b[t * size.columns + c];
      }
      if (transposed) {
        pack(packed, other.data(), size.terms, size.columns, 1, size.terms);
      } else {
        pack(packed, b.data(), size.terms, size.columns, size.columns, 1);
      }
      for (const bool biased : {false, true}) {
        std::vector<float> c(static_cast<std::size_t>(size.rows) * size.columns);
        multiply_strip(a.data(), size.terms, size.rows, packed, biased ? bias.data() : nullptr,
                       c.data(), size.columns);
        for (int r = 0; r < size.rows; ++r) {
          for (int column = 0; column < size.columns; ++column) {
            double sum = biased ? bias[column] : 0;
            for (int t = 0; t < size.terms; ++t)
              sum += static_cast<double>(a[r * size.terms + t]) * b[t * size.columns + column];
            REQUIRE(near(c[r * size.columns + column], sum, size.terms));
          }
        }
      }
    }
  }
}

TEST_CASE("groups before the first that is asked for are left alone") {
  const std::vector<float> a = random_values(10 * 8, 1), b = random_values(8 * 40, 2);
  PackedMatrix packed;
  pack(packed, b.data(), 8, 40, 40, 1);
  std::vector<float> all(10 * 40), later(10 * 40, 7);
  multiply_strip(a.data(), 8, 10, packed, nullptr, all.data(), 40);
  multiply_strip(a.data(), 8, 10, packed, nullptr, later.data(), 40, 1);
  for (int i = 0; i < 10 * 40; ++i) CHECK(later[i] == (i % 40 < kLanes ? 7 : all[i]));
}

TEST_CASE("sums of outer products, whatever the parts") {
  for (const Sizes& size : {Sizes{1, 1, 1}, Sizes{7, 200, 5}, Sizes{200, 400, 176},
                            Sizes{64, 193, 64}, Sizes{13, 31, 330}}) {
    const int rows = size.rows, positions = size.terms, columns = size.columns;
    const std::vector<float> g = random_values(static_cast<std::size_t>(rows) * positions, 1);
    const std::vector<float> x = random_values(static_cast<std::size_t>(columns) * positions, 2);
    std::vector<float> w(static_cast<std::size_t>(rows) * columns, 9);
    const OuterProducts products(g.data(), rows, x.data(), columns, positions, w.data());
    for (int task = 0; task < products.tasks(); ++task) products.run(task);
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < columns; ++c) {
        double sum = 0;
        for (int p = 0; p < positions; ++p)
          sum += static_cast<double>(g[p * rows + r]) * x[p * columns + c];
        REQUIRE(near(w[r * columns + c], sum, positions));
      }
    }
  }
}

}  // namespace
}  // namespace vaecomp::training
