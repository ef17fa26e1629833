#include "training/native/orthogonalise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "training/native/kernel_targets.h"
#include "training/native/threads.h"

namespace vaecomp::training {
namespace {

constexpr float kSmallest = 1e-30F;  // sum of squares of what counts as zero

// The part of a symmetric product below the diagonal is a copy of that above it.
void mirror(float* c, int m) {
  constexpr int kBlock = 16;
  for (int top = 0; top < m; top += kBlock) {
    for (int left = 0; left <= top; left += kBlock) {
      for (int i = top; i < std::min(m, top + kBlock); ++i) {
        for (int j = left; j < std::min(i, left + kBlock); ++j)
          c[static_cast<std::ptrdiff_t>(i) * m + j] = c[static_cast<std::ptrdiff_t>(j) * m + i];
      }
    }
  }
}

// c = a b for matrices [m][m] that commute and are symmetric, as c then is; `packed` holds b.
void multiply_symmetric(const float* a, const PackedMatrix& packed, int m, float* c) {
  static_assert(kStripRows % kLanes == 0);
  for (int top = 0; top < m; top += kStripRows) {
    multiply_strip(a + static_cast<std::ptrdiff_t>(top) * packed.terms, packed.terms,
                   std::min(kStripRows, m - top), packed, nullptr,
                   c + static_cast<std::ptrdiff_t>(top) * m, m, top / kLanes);
  }
  mirror(c, m);
}

VAECOMP_KERNEL
float sum_of_squares(const float* x, std::size_t count) {
  constexpr int kSums = 16;
  float sums[kSums] = {};
  std::size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (int s = 0; s < kSums; ++s) sums[s] += x[i + s] * x[i + s];
  }
  for (; i < count; ++i) sums[0] += x[i] * x[i];
  return std::accumulate(sums, sums + kSums, 0.0F);
}

VAECOMP_KERNEL
void scale(float* x, std::size_t count, float factor) {
  for (std::size_t i = 0; i < count; ++i) x[i] *= factor;
}

// p = b g + c s, plus a on the diagonal.
VAECOMP_KERNEL
void evaluate(const Quintic& turn, const float* g, const float* s, int m, float* p) {
  const std::size_t count = static_cast<std::size_t>(m) * m;
  for (std::size_t i = 0; i < count; ++i) p[i] = turn.b * g[i] + turn.c * s[i];
  for (int i = 0; i < m; ++i) p[static_cast<std::ptrdiff_t>(i) * (m + 1)] += turn.a;
}

// Momentum <- gradient by its share, and Nesterov's look-ahead.
VAECOMP_KERNEL
void advance(const float* gradient, float* momentum, float beta, std::size_t count, float* ahead) {
  for (std::size_t i = 0; i < count; ++i) {
    momentum[i] += (gradient[i] - momentum[i]) * (1 - beta);
    ahead[i] = gradient[i] + (momentum[i] - gradient[i]) * beta;
  }
}

VAECOMP_KERNEL
void subtract(float* values, const float* direction, float rate, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) values[i] -= rate * direction[i];
}

}  // namespace

void orthogonalise(const float* matrix, int rows, int columns, std::span<const Quintic> turns,
                   float* out, OrthogonaliseSpace& space) {
  const bool wide = rows <= columns;
  const int m = std::min(rows, columns), n = std::max(rows, columns);
  const std::size_t count = static_cast<std::size_t>(m) * m;
  for (auto* each : {&space.gram, &space.square, &space.polynomial, &space.product, &space.next})
    each->resize(count);
  float *gram = space.gram.data(), *next = space.next.data(), *q = space.product.data();
  float *const square = space.square.data(), *const p = space.polynomial.data();
  if (wide) {
    pack(space.packed, matrix, n, m, 1, columns);
    multiply_symmetric(matrix, space.packed, m, gram);
  } else {
    const OuterProducts products(matrix, m, matrix, m, n, gram);
    for (int task = 0; task < products.tasks(); ++task) products.run(task);
  }
  // Gradients may be small: their fourth powers are to stay numbers.
  float trace = 0;
  for (int i = 0; i < m; ++i) trace += gram[static_cast<std::ptrdiff_t>(i) * (m + 1)];
  if (!(trace > kSmallest)) {
    std::fill_n(out, static_cast<std::size_t>(rows) * columns, 0.0F);
    return;
  }
  scale(gram, count, 1 / trace);
  float norm = std::sqrt(trace);
  for (std::size_t turn = 0; turn < turns.size(); ++turn) {
    pack(space.packed, gram, m, m, m, 1);
    multiply_symmetric(gram, space.packed, m, square);
    if (turn == 0) {
      // The trace of G^4 is the sum of the eighth powers.
      const float size = std::sqrt(std::sqrt(sum_of_squares(square, count)));
      scale(gram, count, 1 / size);
      scale(square, count, 1 / (size * size));
      norm *= std::sqrt(size);
      pack(space.packed, gram, m, m, m, 1);
    }
    evaluate(turns[turn], gram, square, m, p);
    const bool last = turn + 1 == turns.size();
    if (!last) {
      multiply_symmetric(p, space.packed, m, square);  // P G
    }
    pack(space.packed, p, m, m, m, 1);
    if (!last) {
      multiply_symmetric(square, space.packed, m, next);
      std::swap(gram, next);
    }
    if (turn == 0) {
      std::copy_n(p, count, q);
    } else {
      multiply_symmetric(q, space.packed, m, square);
      std::copy_n(square, count, q);
    }
  }
  scale(q, count, 1 / norm);
  if (wide) {
    pack(space.x, matrix, m, n, columns, 1);
    multiply_strip(q, m, m, space.x, nullptr, out, columns);
  } else {
    pack(space.packed, q, m, m, m, 1);
    multiply_strip(matrix, m, n, space.packed, nullptr, out, m);
  }
}

void muon_steps(std::span<const MuonMatrix> matrices, float momentum,
                std::span<const Quintic> turns) {
  const auto work = [&](int i) {
    const double m = std::min(matrices[i].rows, matrices[i].columns),
                 n = std::max(matrices[i].rows, matrices[i].columns);
    return m * m * (1.5 * n + 2 * static_cast<double>(turns.size()) * m);
  };
  // The longest first, so that threads end together.
  std::vector<int> order(matrices.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](int a, int b) { return work(a) > work(b); });
  parallel_tasks(static_cast<int>(order.size()), [&](int task) {
    thread_local OrthogonaliseSpace space;
    thread_local std::vector<float> ahead, direction;
    const MuonMatrix& matrix = matrices[order[task]];
    const std::size_t count = static_cast<std::size_t>(matrix.rows) * matrix.columns;
    ahead.resize(count);
    direction.resize(count);
    advance(matrix.gradient, matrix.momentum, momentum, count, ahead.data());
    orthogonalise(ahead.data(), matrix.rows, matrix.columns, turns, direction.data(), space);
    subtract(matrix.values, direction.data(), matrix.rate, count);
  });
}

}  // namespace vaecomp::training
