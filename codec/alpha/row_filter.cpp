// Predictions from the neighbours left (a), above (b) and above left (c). Exact zone.
#include "codec/alpha/row_filter.h"

#include <cstdlib>

namespace vaecomp {
namespace {

// The neighbour nearest to a + b - c; ties go to a, then b (PNG specification, 9.4).
int paeth(int a, int b, int c) {
  const int estimate = a + b - c;
  const int to_a = std::abs(estimate - a), to_b = std::abs(estimate - b),
            to_c = std::abs(estimate - c);
  if (to_a <= to_b && to_a <= to_c) return a;
  return to_b <= to_c ? b : c;
}

int predict(RowFilter filter, int a, int b, int c) {
  switch (filter) {
    case RowFilter::kNone:
      return 0;
    case RowFilter::kSub:
      return a;
    case RowFilter::kUp:
      return b;
    case RowFilter::kAverage:
      return (a + b) / 2;
    case RowFilter::kPaeth:
      return paeth(a, b, c);
  }
  return 0;
}

int prediction(RowFilter filter, std::span<const std::uint8_t> row,
               std::span<const std::uint8_t> above, std::size_t i, std::size_t distance) {
  const bool first = i < distance;
  return predict(filter, first ? 0 : row[i - distance], above[i], first ? 0 : above[i - distance]);
}

}  // namespace

void filter_row(RowFilter filter, std::span<const std::uint8_t> row,
                std::span<const std::uint8_t> above, int distance,
                std::span<std::uint8_t> residual) {
  for (std::size_t i = 0; i < row.size(); ++i)
    residual[i] = static_cast<std::uint8_t>(row[i] - prediction(filter, row, above, i, distance));
}

void unfilter_row(RowFilter filter, std::span<std::uint8_t> row,
                  std::span<const std::uint8_t> above, int distance) {
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = static_cast<std::uint8_t>(row[i] + prediction(filter, row, above, i, distance));
}

}  // namespace vaecomp
