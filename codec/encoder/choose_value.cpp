// Rounding of latents.
#include "codec/encoder/choose_value.h"

#include <algorithm>

#include "codec/prior/scale_index.h"

namespace vaecomp {

int choose_value(const CdfTables& tables, int scale_index, std::int32_t y_q8, int mean_q4,
                 int rate_weight) {
  constexpr int kUnit = 1 << kLatentFraction;
  constexpr int kStepQ8 = 256;
  // Both bounds contain 0, since a mean is an int16, and lie within +- 4095: every table can code
  // it.
  const std::int64_t low = -((mean_q4 - kLatentMin) / kUnit);
  const std::int64_t high = (kLatentMax - mean_q4) / kUnit;
  const std::int64_t residual = std::int64_t{y_q8} - mean_q4 * (kStepQ8 / kUnit);
  const std::int64_t nearest = std::clamp((residual + kStepQ8 / 2) >> 8, low, high);
  if (rate_weight <= 0 || nearest == 0) return static_cast<int>(nearest);

  const std::int64_t nearer_zero = nearest > 0 ? nearest - 1 : nearest + 1;
  // (residual - 256 nearer_zero)^2 - (residual - 256 nearest)^2, without the large squares.
  const std::int64_t extra_error =
      kStepQ8 * (nearest - nearer_zero) * (2 * residual - kStepQ8 * (nearest + nearer_zero));
  const std::int64_t saved_q8 = tables.cost_q8(scale_index, static_cast<int>(nearest)) -
                                tables.cost_q8(scale_index, static_cast<int>(nearer_zero));
  const bool worth = extra_error < saved_q8 * rate_weight;
  return static_cast<int>(worth ? nearer_zero : nearest);
}

}  // namespace vaecomp
