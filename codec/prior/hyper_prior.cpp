// Checks of the hyper latents' prior.
#include "codec/prior/hyper_prior.h"

#include <algorithm>

namespace vaecomp {

Result<HyperPrior> HyperPrior::build(std::span<const std::int16_t> means,
                                     std::span<const std::uint8_t> scale_indices, int channels) {
  const std::size_t size = static_cast<std::size_t>(kQualities) * std::max(channels, 0);
  if (channels < 1 || means.size() != size || scale_indices.size() != size) {
    return Error{ErrorCode::kCorrupt, "the hyper prior is not [101][channels]", kNoOffset, "VM-26"};
  }
  if (std::any_of(scale_indices.begin(), scale_indices.end(),
                  [](std::uint8_t i) { return i >= kScaleIndices; })) {
    return Error{ErrorCode::kCorrupt, "a hyper scale index is above 63", kNoOffset, "VM-26"};
  }
  HyperPrior prior;
  prior.channels_ = channels;
  prior.means_.assign(means.begin(), means.end());
  prior.scale_indices_.assign(scale_indices.begin(), scale_indices.end());
  return prior;
}

}  // namespace vaecomp
