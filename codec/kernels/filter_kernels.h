// Loops of the filter over decoded pixels (SPEC.md section 1.6). Exact zone.
#pragma once

#include <cstdint>

#include "format/pixel_filter.h"

namespace vaecomp {

// A row of pixels with what the filter reads around it. Pointers are to column 0.
struct FilterRow {
  // X0, X1, X2, Q4, of the rows from kFilterReach above to as many below; rows may be read
  // kFilterReach columns before the first and behind the last.
  const std::int16_t* x[3][2 * kFilterReach + 1];
  const std::uint8_t* levels;   // of activity, 0 .. 3; null: all 0
  const std::int16_t* colours;  // [width][3], Q6, in 0 .. 255
  int width;
};

inline constexpr int kFilterChunk = 128;  // columns whose features stay in the first-level cache

// [feature][column]; the constant one is not among them.
using FilterFeatures = std::int16_t[kConstantFeature][kFilterChunk];

struct FilterKernels {
  // Clips a row of colours, [width][3], to 0 .. 255 and gives X0, X1, X2 of them.
  void (*planes)(std::int16_t* colours, int width, std::int16_t* const (&x)[3]);

  // Sizes of the second differences of X0 around a row, summed over 5 columns, those of the first
  // and the last repeated. `curves` has room for width + 4.
  void (*activity)(const std::int16_t* above, const std::int16_t* row, const std::int16_t* below,
                   int width, std::uint16_t* curves, std::int32_t* sums);

  // Of `count` columns from `first` on.
  void (*features)(const FilterRow& row, int first, int count, FilterFeatures& features);

  // The filtered colours, [width][3].
  void (*filter)(const FilterRow& row, const PixelFilter& filter, std::int16_t* colours);
};

}  // namespace vaecomp
