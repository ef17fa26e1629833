// The innermost loops of matrix products in single precision: C = start + A B for operands that lie
// in the first two caches. Sums are fused multiply-adds in the order of the terms.
#pragma once

#include <cstddef>

namespace vaecomp::training {

// Columns of B that lie together: B is packed as [ceil(columns / kLanes)][terms][kLanes], with
// zeros where there is no column.
inline constexpr int kLanes = 16;

// Rows of A that lie together where A is packed as panels, [ceil(rows /
// kPanelRows)][terms][kPanelRows].
inline constexpr int kPanelRows = 12;

// What the sums begin with.
enum class Start { kZero, kBias, kSums };

struct TileWork {
  const float* a;  // rows of terms `a_stride` apart, or panels
  std::ptrdiff_t a_stride;
  bool panels;
  int rows, terms;
  const float* b;  // packed groups, `group_stride` apart
  std::ptrdiff_t group_stride;
  int groups;
  Start start;
  const float* bias;  // of the first column, with kBias
  float* c;           // rows `c_stride` apart
  std::ptrdiff_t c_stride;
};

// All rows times all groups. C has whole groups and overlaps nothing.
void make_tiles(const TileWork& work);

}  // namespace vaecomp::training
