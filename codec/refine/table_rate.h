// Bits of a softly rounded value by the entropy coder's own tables, linear between its integers and
// between scale indices, so that whatever shape the tables have is what is minimised. Float zone.
#pragma once

#include <algorithm>

#include "codec/entropy/cdf_tables.h"
#include "codec/refine/soft_rounding.h"

namespace vaecomp {

struct Rate {
  float bits;
  float by_value;  // slope of bits over the value
  float by_index;  // slope of bits over the scale index
};

// `index`: scale index as a real number, 0.5 .. 63.
inline Rate table_rate(const CdfTables& tables, float index, const SoftRounding::Mixture& value) {
  static constexpr int kValueLimit = 4095;  // what int16 latents in Q4 allow, give or take a mean
  const int below = static_cast<int>(std::clamp<float>(value.below, -kValueLimit, kValueLimit - 1));
  const auto bits = [&](int i, int v) { return static_cast<float>(tables.cost_q8(i, v)) / 256.0f; };
  const int narrow = std::clamp(static_cast<int>(index), 1, kScaleIndices - 2);
  const float share = std::clamp(index - static_cast<float>(narrow), 0.0f, 1.0f);
  const float narrow_below = bits(narrow, below), narrow_above = bits(narrow, below + 1);
  const float wide_below = bits(narrow + 1, below), wide_above = bits(narrow + 1, below + 1);
  const float at_narrow = narrow_below + value.weight * (narrow_above - narrow_below);
  const float at_wide = wide_below + value.weight * (wide_above - wide_below);
  return {.bits = at_narrow + share * (at_wide - at_narrow),
          .by_value = narrow_above - narrow_below +
                      share * (wide_above - wide_below - narrow_above + narrow_below),
          .by_index = share > 0.0f ? at_wide - at_narrow : 0.0f};
}

}  // namespace vaecomp
