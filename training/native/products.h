// Matrix products cut into tasks for threads: a strip of rows times packed weights, and a part of
// the sum of outer products that is a gradient of weights. What a task computes does not depend on
// the number of threads.
#pragma once

#include <cstddef>
#include <vector>

#include "training/native/product_tiles.h"

namespace vaecomp::training {

// A matrix B [terms][columns] as make_tiles() reads it.
struct PackedMatrix {
  int terms = 0, columns = 0;
  std::vector<float> values;

  int groups() const { return (columns + kLanes - 1) / kLanes; }
};

// Sizes `packed` for B, whose values pack_group() then fills in.
void size_packed(PackedMatrix& packed, int terms, int columns);

// Columns group * kLanes .. of B, where element (t, c) is at b[t * term_step + c * column_step];
// one of the steps is 1.
void pack_group(PackedMatrix& packed, int group, const float* b, std::ptrdiff_t term_step,
                std::ptrdiff_t column_step);

// The whole of it.
void pack(PackedMatrix& packed, const float* b, int terms, int columns, std::ptrdiff_t term_step,
          std::ptrdiff_t column_step);

// Rows that a task multiplies: a strip of A and C stays in the second cache.
inline constexpr int kStripRows = 48;

// C [rows][columns] = A [rows][terms] B, plus `bias` [columns] if that is not null. Rows of A and C
// are as far apart as said. Columns of B's groups before `first_group` are left alone.
void multiply_strip(const float* a, std::ptrdiff_t a_stride, int rows, const PackedMatrix& b,
                    const float* bias, float* c, std::ptrdiff_t c_stride, int first_group = 0);

// W [rows][columns] = sum over positions p of the outer products of G[p] [rows] and X[p] [columns],
// all of them contiguous.
class OuterProducts {
 public:
  OuterProducts(const float* g, int rows, const float* x, int columns, int positions, float* w);

  int tasks() const { return row_parts_ * column_parts_; }
  void run(int task) const;

 private:
  const float* g_;
  const float* x_;
  float* w_;
  int rows_, columns_, positions_;
  int row_parts_, column_parts_;  // parts of W, each a task
};

}  // namespace vaecomp::training
