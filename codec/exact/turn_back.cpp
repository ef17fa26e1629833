// Sums stay within 32 bits: a row's entries add up to 2^14 at most, differences of two 16-bit
// numbers are below 2^16 (VC-54). Exact zone.
#include "codec/exact/turn_back.h"

#include <algorithm>

namespace vaecomp {

void turn_back(const ColourTurn& turn, const std::int16_t* from, int width, std::int16_t* to) {
  for (int x = 0; x < width; ++x, from += 3, to += 3) {
    const std::int32_t p[3] = {from[0] - turn.offset[0], from[1] - turn.offset[1],
                               from[2] - turn.offset[2]};
    for (int i = 0; i < 3; ++i) {
      const std::int16_t* const row = turn.matrix[i];
      const std::int32_t sum = row[0] * p[0] + row[1] * p[1] + row[2] * p[2];
      to[i] = static_cast<std::int16_t>(
          std::clamp((sum + (1 << (kTurnFraction - 1))) >> kTurnFraction, -32768, 32767));
    }
  }
}

}  // namespace vaecomp
