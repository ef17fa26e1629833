// The encoder's choice of values under trellis-coded quantisation: the cheapest path through the
// trellis. Exact zone.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/entropy/cdf_tables.h"
#include "codec/kernels/trellis_kernels.h"

namespace vaecomp {

// A latent to be quantised.
struct TrellisLatent {
  std::int32_t residual_q8;  // latent less mean, in 1/256 step
  std::uint8_t scale_index;  // 1 .. 63
};

class TrellisSearch {
 public:
  // `rate_weight`: what 1/256 bit is worth, in squared 1/256 steps, at least 0. Borrows the tables,
  // which have those of the trellis.
  TrellisSearch(const CdfTables& tables, int rate_weight)
      : tables_(&tables), rate_weight_(rate_weight) {}

  // Fills `values` with those that cost least, squared error and bits together, when the first of
  // `latents` meets `state`, 0 .. 127. Some thousands of latents are enough to come within a trifle
  // of the best; memory is 160 bytes each. |residual_q8| is below 2^24.
  void choose(std::span<const TrellisLatent> latents, int state, std::span<std::int32_t> values);

 private:
  struct Candidates {
    std::int32_t values[2][2];  // as BranchCosts
  };
  void price_near(const TrellisLatent& latent, BranchCosts& costs, Candidates& candidates) const;
  void price(const TrellisLatent& latent, BranchCosts& costs, Candidates& candidates) const;

  const CdfTables* tables_;
  int rate_weight_;
  // Kept from call to call, by latent.
  std::vector<std::array<std::array<std::int32_t, 2>, 2>> costs_;
  std::vector<Candidates> candidates_;
  std::vector<std::array<std::uint8_t, kTrellisStates>> branches_;
};

}  // namespace vaecomp
