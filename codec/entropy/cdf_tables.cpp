// Checks, hints and integer costs of the cumulative frequency tables.
#include "codec/entropy/cdf_tables.h"

#include <bit>
#include <cstdlib>
#include <string>

#include "codec/base/code_length.h"

namespace vaecomp {
namespace {

// VC-23: what has no table.
constexpr bool is_empty(int table) { return table % kScaleIndices == 0; }

Error bad_table(int table, const char* what, std::string_view rule) {
  return {ErrorCode::kCorrupt, "entropy table " + std::to_string(table) + ": " + what, kNoOffset,
          rule};
}

}  // namespace

int escape_bits(int excess) { return std::bit_width(static_cast<std::uint32_t>(excess) + 1) - 1; }

Result<CdfTables> CdfTables::build(std::span<const std::uint16_t> radius,
                                   std::span<const std::uint16_t> starts) {
  if (radius.size() != kScaleIndices && radius.size() != 2 * kScaleIndices) {
    return Error{ErrorCode::kCorrupt, "there are neither 64 nor 128 radii", kNoOffset, "VM-24"};
  }
  const int count = static_cast<int>(radius.size());
  std::size_t total = 0;
  for (int i = 0; i < count; ++i) {
    if (is_empty(i)) {
      if (radius[i] != 0) return bad_table(i, "the radius is not 0", "VM-24");
      continue;
    }
    if (radius[i] < 1 || radius[i] > kMaxRadius) {
      return bad_table(i, "the radius is not in 1 .. 8191", "VM-24");
    }
    total += 2 * std::size_t{radius[i]} + 2;
  }
  if (starts.size() != total) {
    return Error{ErrorCode::kCorrupt, "the number of starts does not match the radii", kNoOffset,
                 "VM-25"};
  }

  CdfTables result;
  result.tables_.resize(count);
  result.symbols_.reserve(total);
  result.costs_.reserve(total);
  for (int i = 0; i < count; ++i) {
    if (is_empty(i)) continue;
    const auto table_starts = starts.first(2 * std::size_t{radius[i]} + 2);
    starts = starts.subspan(table_starts.size());
    if (table_starts[0] != 0) return bad_table(i, "the first start is not 0", "VM-25");
    for (std::size_t s = 1; s < table_starts.size(); ++s) {
      if (table_starts[s] <= table_starts[s - 1]) {
        return bad_table(i, "the starts do not rise", "VM-25");
      }
    }
    result.tables_[i].radius = radius[i];
    result.add_table(result.tables_[i], table_starts);
  }
  return result;
}

void CdfTables::add_table(Table& table, std::span<const std::uint16_t> starts) {
  table.first = static_cast<std::uint32_t>(symbols_.size());
  std::size_t hint = 0;
  for (std::size_t s = 0; s < starts.size(); ++s) {
    const std::uint32_t end = s + 1 < starts.size() ? starts[s + 1] : kFrequencyTotal;
    const std::uint32_t frequency = end - starts[s];
    symbols_.push_back({starts[s], static_cast<std::uint16_t>(frequency)});
    costs_.push_back(static_cast<std::uint16_t>(code_length_q8(frequency)));
    for (; hint < table.hints.size() && hint << kHintShift < end; ++hint) {
      table.hints[hint] = static_cast<std::uint16_t>(s);
    }
  }
}

int CdfTables::max_magnitude(int table) const {
  constexpr int kMaxExcess = (2 << kMaxEscapeBits) - 2;  // 2^k + r - 1 with all bits set
  return is_empty(table) ? 0 : radius(table) + 1 + kMaxExcess;
}

int CdfTables::far_cost_q8(int table, int value) const {
  if (is_empty(table)) return 0;
  const int radius = tables_[table].radius;
  const int raw_bits = 2 * escape_bits(std::abs(value) - radius - 1) + 2;
  return costs_[tables_[table].first + 2 * radius + 1] + (raw_bits << 8);
}

}  // namespace vaecomp
