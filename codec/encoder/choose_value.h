// The encoder's choice of a value for a latent: rounding, optionally biased by its cost. Exact
// zone.
#pragma once

#include <cstdint>

#include "codec/entropy/cdf_tables.h"

namespace vaecomp {

// How latents are rounded. The choice is the encoder's alone: no decoder can tell.
struct Rounding {
  // What 1/256 bit is worth, in squared 1/256 steps. 0 rounds to the nearest. Where high-rate
  // theory holds, the slope of distortion over rate is step^2 ln(2) / 6 a bit: about 30 in this
  // unit.
  int rate_weight = 0;
};

// The value v to code for a latent `y_q8` (1/256 step) with mean `mean_q4` and scale index 1 .. 63:
// y - mean rounded half up, kept where 16 v + mean fits int16 so that the clip of VC-29 changes
// nothing; then, if the squared error it adds is worth less than the bits it saves at
// `rate_weight`, one nearer to 0.
int choose_value(const CdfTables& tables, int scale_index, std::int32_t y_q8, int mean_q4,
                 int rate_weight);

}  // namespace vaecomp
