// Muon's directions: a matrix with its singular values levelled.
#pragma once

#include <span>
#include <vector>

#include "training/native/products.h"

namespace vaecomp::training {

// One turn of the iteration: x -> a x + b x^3 + c x^5 for every singular value x.
struct Quintic {
  float a, b, c;
};

// Memory of the iteration, to be used again.
struct OrthogonaliseSpace {
  std::vector<float> gram, square, polynomial, product, next;
  PackedMatrix packed, x;
};

// Writes to `out` [rows][columns] a matrix with the singular vectors of `matrix` and singular
// values near 1, for those that are not far below the largest one. Before the first turn singular
// values are divided by the eighth root of the sum of their eighth powers, a bound of the largest.
// The iteration is on the smaller side's Gram matrix G = X X': all of its polynomials commute, so
// that with P = a + b G + c G^2 a turn is G <- P G P, Q <- P Q, and the result is Q X.
void orthogonalise(const float* matrix, int rows, int columns, std::span<const Quintic> turns,
                   float* out, OrthogonaliseSpace& space);

// One step of Muon (see optimiser.py) for a matrix.
struct MuonMatrix {
  float* values;
  const float* gradient;
  float* momentum;
  int rows, columns;
  float rate;  // times Muon's scale for the shape
};

// Steps of matrices with one momentum; in parallel.
void muon_steps(std::span<const MuonMatrix> matrices, float momentum,
                std::span<const Quintic> turns);

}  // namespace vaecomp::training
