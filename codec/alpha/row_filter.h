// PNG's five row filters on bytes (SPEC.md section 1.1, VC-34). Exact zone.
#pragma once

#include <cstdint>
#include <span>

namespace vaecomp {

// Numbers as they stand before each row.
enum class RowFilter : std::uint8_t { kNone, kSub, kUp, kAverage, kPaeth };
inline constexpr int kRowFilters = 5;

// residual[i] = row[i] - prediction, modulo 256. `above` is the row before or all zero; `distance`
// the bytes of a sample. All three spans have the same size.
void filter_row(RowFilter filter, std::span<const std::uint8_t> row,
                std::span<const std::uint8_t> above, int distance,
                std::span<std::uint8_t> residual);

// The reverse, in place: `row` holds residuals before and bytes after.
void unfilter_row(RowFilter filter, std::span<std::uint8_t> row,
                  std::span<const std::uint8_t> above, int distance);

}  // namespace vaecomp
