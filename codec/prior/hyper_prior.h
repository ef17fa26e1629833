// The factorised prior of the hyper latents: a mean and a scale index per quality and channel.
// Exact zone. (Balle et al., "Variational image compression with a scale hyperprior", 2018.)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "format/error.h"
#include "format/limits.h"

namespace vaecomp {

// Immutable once built, shared by threads.
class HyperPrior {
 public:
  // Copies the tensors `prior.hyper_mean` and `prior.hyper_scale_index`, both [101][channels]
  // (MODEL.md section 5). Errors: kCorrupt, VM-26: another size, or an index above 63.
  static Result<HyperPrior> build(std::span<const std::int16_t> means,
                                  std::span<const std::uint8_t> scale_indices, int channels);

  int channels() const { return channels_; }
  // Q4. `quality` 0 .. 100.
  int mean(int quality, int channel) const { return means_[entry(quality, channel)]; }
  // 0 .. 63.
  int scale_index(int quality, int channel) const {
    return scale_indices_[entry(quality, channel)];
  }

 private:
  HyperPrior() = default;
  std::size_t entry(int quality, int channel) const {
    return static_cast<std::size_t>(quality) * channels_ + channel;
  }

  int channels_ = 0;
  std::vector<std::int16_t> means_;
  std::vector<std::uint8_t> scale_indices_;
};

}  // namespace vaecomp
