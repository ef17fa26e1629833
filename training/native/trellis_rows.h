// The choice of values under trellis-coded quantisation, as the encoder makes it, for many rows of
// latents at once.
#pragma once

#include <cstdint>

#include "codec/entropy/cdf_tables.h"

namespace vaecomp::training {

// Rows of latents, each of which begins a path; contiguous.
struct TrellisRows {
  int rows, length;
  const float* residuals;       // [rows][length]: latents less means, in steps
  const std::uint8_t* indices;  // [rows][length]: scale indices, 0 where nothing is coded
};

// Writes the cheapest values and the points that they stand for, in steps, both [rows][length], 0
// where nothing is coded. `rate_weight` as for TrellisSearch; the tables have those of the trellis.
void choose_values(const TrellisRows& in, const CdfTables& tables, int rate_weight,
                   std::int32_t* values, float* points);

}  // namespace vaecomp::training
