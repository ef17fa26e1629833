// Sets of positions by the parities of their row and column. Exact zone.
#pragma once

namespace vaecomp {

// Bit 2 (y mod 2) + (x mod 2) of a set tells whether it has position (y, x) (SPEC.md section 4,
// step 3).
constexpr bool has_position(int phases, int y, int x) {
  return phases >> (2 * (y & 1) + (x & 1)) & 1;
}

inline constexpr int kAllPhases = 15;

}  // namespace vaecomp
