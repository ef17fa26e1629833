// Tables at the edges of what MODEL.md allows.
#pragma once

#include <cstdint>

#include "codec/entropy/cdf_tables.h"
#include "tests/unit/entropy/gaussian_tables.h"

namespace vaecomp::testing {

// Appends a table in which every symbol has one slot and `favourite` has all the others.
inline void append_dominated(RawTables& tables, int radius, int favourite) {
  const int symbols = 2 * radius + 2;
  tables.radius.push_back(static_cast<std::uint16_t>(radius));
  for (int s = 0; s < symbols; ++s) {
    const int start = s <= favourite ? s : 65536 - (symbols - s);
    tables.starts.push_back(static_cast<std::uint16_t>(start));
  }
}

// Appends a table with equal frequencies.
inline void append_uniform(RawTables& tables, int radius) {
  const int symbols = 2 * radius + 2;
  tables.radius.push_back(static_cast<std::uint16_t>(radius));
  for (int s = 0; s < symbols; ++s) {
    tables.starts.push_back(static_cast<std::uint16_t>(65536LL * s / symbols));
  }
}

// Scale indices 1-4: R = 1, one symbol has 65533 slots; 5: the smallest uniform table; 6: the
// largest; 7-9: R = 8191 with the first, last value, and the escape dominant; the others: Gaussians
// of one step.
inline RawTables odd_raw_tables() {
  RawTables tables;
  tables.radius.push_back(0);
  for (int favourite = 0; favourite < 4; ++favourite) append_dominated(tables, 1, favourite);
  append_uniform(tables, 1);
  append_uniform(tables, kMaxRadius);
  append_dominated(tables, kMaxRadius, 0);
  append_dominated(tables, kMaxRadius, 2 * kMaxRadius);
  append_dominated(tables, kMaxRadius, 2 * kMaxRadius + 1);
  while (tables.radius.size() < kScaleIndices) {
    append_table(tables, gaussian_probabilities(1.0, 4));
  }
  return tables;
}

inline CdfTables odd_tables() {
  const RawTables raw = odd_raw_tables();
  return *CdfTables::build(raw.radius, raw.starts);
}

}  // namespace vaecomp::testing
