// From the colours that the networks were given back to the picture's (SPEC.md section 4, step 5).
// Exact zone.
#pragma once

#include <cstdint>

#include "format/colour_turn.h"

namespace vaecomp {

// Turns `width` pixels of a row [x][3], Q6, 8-bit units, into `to`, which may be the same row.
void turn_back(const ColourTurn& turn, const std::int16_t* from, int width, std::int16_t* to);

}  // namespace vaecomp
