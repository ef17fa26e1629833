// Prices of the branches, the walk, and the way back.
#include "codec/encoder/trellis_search.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <limits>

#include "codec/kernels/kernels.h"
#include "codec/prior/dequantiser.h"

namespace vaecomp {
namespace {

constexpr int kStepQ8 = kTrellisStep << (8 - kLatentFraction);
// Far above the price of any path of a few latents, after which all states can be reached.
constexpr std::int32_t kUnreachable = 1 << 28;
// Latents between two times that all paths are made cheaper by the cheapest one: a latent costs
// less than 2^21.
constexpr int kBlock = 256;

}  // namespace

// Near the mean, where most latents lie, 0, 1 and -1 are all that can be cheapest.
void TrellisSearch::price_near(const TrellisLatent& latent, BranchCosts& costs,
                               Candidates& candidates) const {
  const int table = latent.scale_index + kScaleIndices;
  const auto cost = [&](std::int32_t error, int value) {
    return error * error + rate_weight_ * tables_->cost_q8(table, value);
  };
  const std::int32_t zero = cost(latent.residual_q8, 0);
  for (int mirrored = 0; mirrored < 2; ++mirrored) {
    const std::int32_t residual = mirrored ? -latent.residual_q8 : latent.residual_q8;
    const std::int32_t above = cost(residual - trellis_point(1) * kStepQ8, 1);
    const std::int32_t below = cost(residual - trellis_point(-1) * kStepQ8, -1);
    costs[mirrored][0] = zero;
    costs[mirrored][1] = std::min(above, below);
    candidates.values[mirrored][0] = 0;
    candidates.values[mirrored][1] = below < above ? -1 : 1;
  }
}

// The values on both sides of the residual, two of each branch.
void TrellisSearch::price(const TrellisLatent& latent, BranchCosts& costs,
                          Candidates& candidates) const {
  if (std::abs(latent.residual_q8) < kStepQ8) return price_near(latent, costs, candidates);
  const int table = latent.scale_index + kScaleIndices;
  for (int mirrored = 0; mirrored < 2; ++mirrored) {
    const std::int32_t residual = mirrored ? -latent.residual_q8 : latent.residual_q8;
    const bool positive = residual > 0;
    // The largest value that is not beyond the residual, in magnitude.
    const int inner = positive ? (residual + kStepQ8) / (2 * kStepQ8) : -residual / (2 * kStepQ8);
    costs[mirrored][0] = costs[mirrored][1] = std::numeric_limits<std::int32_t>::max();
    for (int magnitude = inner - 1; magnitude <= inner + 2; ++magnitude) {
      const int value = positive ? magnitude : -magnitude;
      const std::int32_t error = residual - trellis_point(value) * kStepQ8;
      const std::int32_t cost = error * error + rate_weight_ * tables_->cost_q8(table, value);
      std::int32_t& least = costs[mirrored][value & 1];
      if (cost >= least) continue;
      least = cost;
      candidates.values[mirrored][value & 1] = value;
    }
  }
}

void TrellisSearch::choose(std::span<const TrellisLatent> latents, int state,
                           std::span<std::int32_t> values) {
  assert(latents.size() == values.size());
  const std::size_t count = latents.size();
  costs_.resize(std::max(count, costs_.size()));
  candidates_.resize(costs_.size());
  branches_.resize(costs_.size());
  auto* const costs = reinterpret_cast<BranchCosts*>(costs_.data());
  auto* const branches = reinterpret_cast<Branches*>(branches_.data());
  for (std::size_t i = 0; i < count; ++i) price(latents[i], costs[i], candidates_[i]);

  std::int32_t paths[kTrellisStates];
  std::fill_n(paths, kTrellisStates, kUnreachable);
  paths[state] = 0;
  for (std::size_t begin = 0; begin < count; begin += kBlock) {
    const auto length = static_cast<int>(std::min<std::size_t>(kBlock, count - begin));
    kernels().trellis.walk(length, costs + begin, paths, branches + begin);
    const std::int32_t least = *std::min_element(paths, paths + kTrellisStates);
    for (std::int32_t& path : paths) path = std::min(path - least, kUnreachable);
  }

  int at = static_cast<int>(std::min_element(paths, paths + kTrellisStates) - paths);
  for (std::size_t i = count; i-- > 0;) {
    const int branch = branches_[i][at];
    const int odd = at >= kTrellisStates / 2;
    values[i] = candidates_[i].values[odd][branch];
    at = 2 * (at ^ (odd ? kTrellisFeedback : 0) ^ (branch ? kTrellisEntry : 0)) + odd;
  }
  assert(count == 0 || at == state);
}

}  // namespace vaecomp
