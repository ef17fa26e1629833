// The colours section of a lossy stream: from the networks' colours back to the picture's (SPEC.md
// section 1.5).
#pragma once

#include <cstdint>

#include "format/container.h"

namespace vaecomp {

inline constexpr int kTurnFraction = 12;  // bits of the matrix's entries after the point
inline constexpr int kMaxTurnRow = 4 << kTurnFraction;  // VC-54: so that sums fit 32 bits

// Colour i is sum over j of matrix[i][j] (p[j] - offset[j]), p being what the networks give.
// Colours are red, green, blue. The default changes nothing.
struct ColourTurn {
  // In 1/4096; the absolute values of a row add up to kMaxTurnRow at most.
  std::int16_t matrix[3][3] = {
      {1 << kTurnFraction, 0, 0}, {0, 1 << kTurnFraction, 0}, {0, 0, 1 << kTurnFraction}};
  std::int16_t offset[3] = {};  // Q6, 8-bit units

  bool operator==(const ColourTurn&) const = default;
  bool is_bounded() const;  // VC-54
  bool changes() const { return *this != ColourTurn{}; }
};

// Precondition: the bound of rows.
Bytes write_colour_turn(const ColourTurn& turn);

// That of a lossy stream, the default if it has no such section. Errors: kCorrupt, VC-54, with the
// offset in the file.
Result<ColourTurn> read_colour_turn(const Container& container);

}  // namespace vaecomp
