// What a value costs by the entropy coder's own tables, and how that changes, so that whatever
// shape the tables have is what is minimised. Float zone.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "codec/entropy/cdf_tables.h"
#include "codec/prior/dequantiser.h"

namespace vaecomp {

struct Rate {
  float bits;
  float by_offset;  // slope of bits over the offset, a step of quantisation being 1
  float by_index;   // slope of bits over the scale index
};

// The magnitude of the value that stands for an offset, in steps, from the mean.
inline int value_magnitude(Quantisation quantisation, float offset) {
  static constexpr float kPoints = static_cast<float>(1 << kLatentFraction) / kTrellisStep;
  const bool trellis = quantisation == Quantisation::kTrellis;
  const auto nearest = static_cast<int>(std::lrint(std::abs(offset) * (trellis ? kPoints : 1.0f)));
  return trellis ? (nearest + 1) / 2 : nearest;
}

// Of a latent that lies `offset` steps from its mean. `index`: scale index as a real number, 0.5 ..
// 63; between two, tables are mixed. Bits do not change where values stay, but other values are
// chosen as offsets grow: the slope over the offset is that of lines through the bits of one
// quantiser's values, over a step around the offset, and so without edges.
inline Rate table_rate(const CdfTables& tables, Quantisation quantisation, float index,
                       float offset) {
  static constexpr int kValueLimit = 4095;  // what int16 latents in Q4 allow, give or take a mean
  const int narrow = std::clamp(static_cast<int>(index), 1, kScaleIndices - 2);
  const float share = std::clamp(index - static_cast<float>(narrow), 0.0f, 1.0f);
  const int first = quantisation == Quantisation::kTrellis ? kScaleIndices : 0;
  const int value = std::min(value_magnitude(quantisation, offset), kValueLimit);
  const auto bits = [&](int i, int v) { return static_cast<float>(tables.cost_q8(i, v)) / 256.0f; };
  const float less = bits(first + narrow, value), more = bits(first + narrow + 1, value);

  const float begin = offset - 0.5f;
  const int below =
      static_cast<int>(std::clamp<float>(std::floor(begin), -kValueLimit, kValueLimit - 2));
  const float above = std::clamp(begin - static_cast<float>(below), 0.0f, 1.0f);
  const auto slope = [&](int i) {
    const float middle = bits(i, below + 1);
    return (1.0f - above) * (middle - bits(i, below)) + above * (bits(i, below + 2) - middle);
  };
  return {.bits = less + share * (more - less),
          .by_offset = slope(narrow) + share * (slope(narrow + 1) - slope(narrow)),
          .by_index = share > 0.0f ? more - less : 0.0f};
}

}  // namespace vaecomp
