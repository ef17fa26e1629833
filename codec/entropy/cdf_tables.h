// The cumulative frequency tables of the scale indices: lookup for the decoder, cost for the
// encoder. Exact zone: integers only.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/entropy/rans.h"
#include "format/error.h"
#include "format/limits.h"

namespace vaecomp {

// Table i, 1 .. 63, has 2R + 2 symbols: the values -R .. R, then the escape (VC-24). Index 0 has no
// table: its only value is 0 and it costs nothing (VC-23). The tables 65 .. 127, if there, are
// those of the same indices under trellis-coded quantisation (VC-52), and 64 is like 0. Immutable
// once built, shared by threads.
class CdfTables {
 public:
  // Checks and indexes the tensors `entropy.radius` and `entropy.cdf` (MODEL.md section 5). Copies
  // both. Errors: kCorrupt with rule VM-24 (radii) or VM-25 (starts).
  static Result<CdfTables> build(std::span<const std::uint16_t> radius,
                                 std::span<const std::uint16_t> starts);

  // Whether there are 128 tables, not 64.
  bool has_trellis() const { return tables_.size() > kScaleIndices; }

  // R of a table; 0 for 0 and 64.
  int radius(int table) const { return tables_[table].radius; }

  // The largest magnitude that can be coded: R + 65535 (VC-25), and 0 for 0 and 64.
  int max_magnitude(int table) const;

  // Symbol s, 0 .. 2R + 1, of a table.
  RansSymbol symbol(int table, int s) const { return first(table)[s]; }

  // Number of the symbol that owns `slot`, 0 .. 65535, in a table.
  int find(int table, std::uint32_t slot) const;

  // Length in 1/256 bit of coding `value` with a table, escape bits included; each symbol's length
  // is rounded to the nearest 1/256. Precondition: |value| <= max_magnitude.
  int cost_q8(int table, int value) const {
    const Table& of = tables_[table];
    if (of.radius == 0 || value < -of.radius || value > of.radius) return far_cost_q8(table, value);
    return costs_[of.first + static_cast<std::uint32_t>(value + of.radius)];
  }

 private:
  // A slot's upper bits choose a hint: the symbol that owns the first slot with these upper bits.
  // From there the search walks forward, at most 255 symbols and less than one in the mean.
  static constexpr int kHintBits = 8;
  static constexpr int kHintShift = kFrequencyBits - kHintBits;

  struct Table {
    std::uint32_t first = 0;  // of its symbols in symbols_ and costs_
    int radius = 0;
    std::array<std::uint16_t, 1 << kHintBits> hints = {};
  };

  CdfTables() = default;
  int far_cost_q8(int table, int value) const;
  void add_table(Table& table, std::span<const std::uint16_t> starts);
  const RansSymbol* first(int table) const { return symbols_.data() + tables_[table].first; }

  std::vector<Table> tables_;         // 64 or 128
  std::vector<RansSymbol> symbols_;   // of all tables, one after another
  std::vector<std::uint16_t> costs_;  // of the same symbols, in 1/256 bit
};

// Number of bits k of an escape's Exp-Golomb code, 0 .. 15: the code of `excess` = magnitude - R -
// 1 takes k ones, a zero, k bits and a sign (VC-25, VC-26).
int escape_bits(int excess);

inline int CdfTables::find(int table, std::uint32_t slot) const {
  const RansSymbol* const symbols = first(table);
  int s = tables_[table].hints[slot >> kHintShift];
  while (slot - symbols[s].start >= symbols[s].frequency) ++s;
  return s;
}

}  // namespace vaecomp
