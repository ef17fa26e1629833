// Blocking for the caches around make_tiles().
#include "training/native/products.h"

#include <algorithm>
#include <cstring>

namespace vaecomp::training {
namespace {

constexpr int kTermsAtOnce = 256;      // of a group of B in the first cache, with its rows of A
constexpr int kPositionsAtOnce = 192;  // the same where both are packed
constexpr int kPartRows = 192,
              kPartColumns = 160;  // of a gradient of weights: operands in the second cache

int parts(int whole, int largest) { return (whole + largest - 1) / largest; }

// Bounds of part `i` of `count` equal ones of 0 .. whole - 1, in multiples of `step`.
struct Part {
  int first, end;
};
Part part(int whole, int count, int i, int step) {
  const int steps = parts(whole, step);
  return {std::min(whole, steps * i / count * step),
          std::min(whole, steps * (i + 1) / count * step)};
}

// Columns first .. end - 1 of rows of X, `stride` apart, as panels or groups of `kWide`.
template <int kWide>
void pack_rows(const float* x, std::ptrdiff_t stride, int rows, int first, int end, float* to) {
  for (int column = first; column < end; column += kWide) {
    const float* from = x + column;
    if (end - column >= kWide) {
      for (int p = 0; p < rows; ++p, to += kWide, from += stride)
        std::memcpy(to, from, kWide * sizeof(float));
    } else {
      for (int p = 0; p < rows; ++p, to += kWide, from += stride) {
        std::fill_n(to, kWide, 0.0F);
        std::copy_n(from, end - column, to);
      }
    }
  }
}

}  // namespace

void size_packed(PackedMatrix& packed, int terms, int columns) {
  packed.terms = terms;
  packed.columns = columns;
  packed.values.resize(static_cast<std::size_t>(packed.groups()) * terms * kLanes);
}

void pack_group(PackedMatrix& packed, int group, const float* b, std::ptrdiff_t term_step,
                std::ptrdiff_t column_step) {
  const int first = group * kLanes, count = std::min(kLanes, packed.columns - first);
  float* to = packed.values.data() + static_cast<std::ptrdiff_t>(group) * packed.terms * kLanes;
  if (column_step == 1) {
    if (count < kLanes) std::fill_n(to, static_cast<std::ptrdiff_t>(packed.terms) * kLanes, 0.0F);
    for (int t = 0; t < packed.terms; ++t, to += kLanes)
      std::copy_n(b + first + t * term_step, count, to);
    return;
  }
  // Blocks of terms, so that what is written stays in the first cache.
  constexpr int kBlock = 64;
  for (int block = 0; block < packed.terms; block += kBlock) {
    const int end = std::min(block + kBlock, packed.terms);
    for (int c = 0; c < kLanes; ++c) {
      if (c >= count) {
        for (int t = block; t < end; ++t) to[t * kLanes + c] = 0;
        continue;
      }
      const float* from = b + (first + c) * column_step;
      for (int t = block; t < end; ++t) to[t * kLanes + c] = from[t];
    }
  }
}

void pack(PackedMatrix& packed, const float* b, int terms, int columns, std::ptrdiff_t term_step,
          std::ptrdiff_t column_step) {
  size_packed(packed, terms, columns);
  for (int group = 0; group < packed.groups(); ++group)
    pack_group(packed, group, b, term_step, column_step);
}

void multiply_strip(const float* a, std::ptrdiff_t a_stride, int rows, const PackedMatrix& b,
                    const float* bias, float* c, std::ptrdiff_t c_stride, int first_group) {
  const int whole = b.columns / kLanes, rest = b.columns % kLanes;
  const int blocks = std::max(1, parts(b.terms, kTermsAtOnce));
  const std::ptrdiff_t group_stride = std::ptrdiff_t{b.terms} * kLanes;
  float last_bias[kLanes] = {}, last[kStripRows * kLanes];
  if (bias && rest) std::copy_n(bias + whole * kLanes, rest, last_bias);
  for (int top = 0; top < rows; top += kStripRows) {
    const int count = std::min(kStripRows, rows - top);
    float* const to = c + top * c_stride;
    for (int block = 0; block < blocks; ++block) {
      const auto [first, end] = part(b.terms, blocks, block, 1);
      TileWork work{
          .a = a + top * a_stride + first,
          .a_stride = a_stride,
          .panels = false,
          .rows = count,
          .terms = end - first,
          .b = b.values.data() + std::ptrdiff_t{first} * kLanes + first_group * group_stride,
          .group_stride = group_stride,
          .groups = whole - first_group,
          .start = block  ? Start::kSums
                   : bias ? Start::kBias
                          : Start::kZero,
          .bias = bias ? bias + first_group * kLanes : nullptr,
          .c = to + first_group * kLanes,
          .c_stride = c_stride};
      if (work.groups > 0) make_tiles(work);
      if (rest == 0) continue;
      work.b = b.values.data() + std::ptrdiff_t{first} * kLanes + whole * group_stride;
      work.groups = 1;
      work.bias = last_bias;
      work.c = last;
      work.c_stride = kLanes;
      make_tiles(work);
    }
    for (int p = 0; rest && p < count; ++p)
      std::copy_n(last + p * kLanes, rest, to + p * c_stride + whole * kLanes);
  }
}

OuterProducts::OuterProducts(const float* g, int rows, const float* x, int columns, int positions,
                             float* w)
    : g_(g), x_(x), w_(w), rows_(rows), columns_(columns), positions_(positions) {
  row_parts_ = parts(rows, kPartRows);
  column_parts_ = parts(columns, kPartColumns);
  // Two of the smallest, for two threads.
  if (tasks() == 1 && columns >= 4 * kLanes) column_parts_ = 2;
}

void OuterProducts::run(int task) const {
  const auto [top, bottom] = part(rows_, row_parts_, task % row_parts_, kPanelRows);
  const auto [left, right] = part(columns_, column_parts_, task / row_parts_, kLanes);
  const int groups = parts(right - left, kLanes);
  thread_local std::vector<float> panels, packed, sums;
  panels.resize(static_cast<std::size_t>(parts(bottom - top, kPanelRows)) * kPanelRows *
                kPositionsAtOnce);
  packed.resize(static_cast<std::size_t>(groups) * kLanes * kPositionsAtOnce);
  const bool ragged = (right - left) % kLanes != 0;
  if (ragged) sums.resize(static_cast<std::size_t>(bottom - top) * groups * kLanes);
  const std::ptrdiff_t stride = ragged ? groups * kLanes : columns_;
  float* const to = ragged ? sums.data() : w_ + std::ptrdiff_t{top} * columns_ + left;
  for (int p = 0; p < positions_; p += kPositionsAtOnce) {
    const int count = std::min(kPositionsAtOnce, positions_ - p);
    pack_rows<kPanelRows>(g_ + std::ptrdiff_t{p} * rows_, rows_, count, top, bottom, panels.data());
    pack_rows<kLanes>(x_ + std::ptrdiff_t{p} * columns_, columns_, count, left, right,
                      packed.data());
    make_tiles({.a = panels.data(),
                .a_stride = 0,
                .panels = true,
                .rows = bottom - top,
                .terms = count,
                .b = packed.data(),
                .group_stride = std::ptrdiff_t{count} * kLanes,
                .groups = groups,
                .start = p ? Start::kSums : Start::kZero,
                .bias = nullptr,
                .c = to,
                .c_stride = stride});
  }
  for (int r = top; ragged && r < bottom; ++r) {
    std::copy_n(sums.data() + (r - top) * stride, right - left,
                w_ + std::ptrdiff_t{r} * columns_ + left);
  }
}

}  // namespace vaecomp::training
