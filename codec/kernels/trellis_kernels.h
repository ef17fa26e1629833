// The loop of the search for a path through the trellis (codec/encoder/trellis_search.h). Exact zone.
#pragma once

#include <cstdint>

#include "format/limits.h"

namespace vaecomp {

// What the two branches of the even and of the odd states cost at one latent: [state & 1][branch].
using BranchCosts = std::int32_t[2][2];

// For each state after a latent, the branch by which the cheapest path comes there.
using Branches = std::uint8_t[kTrellisStates];

struct TrellisKernels {
  // Viterbi's algorithm over `count` latents. `paths`: cost of the cheapest path to each state,
  // before and, when it returns, after these latents. Sums must fit 32 bits: callers keep `count`
  // small and the costs to start with low.
  void (*walk)(int count, const BranchCosts* costs, std::int32_t* paths, Branches* branches);
};

}  // namespace vaecomp
