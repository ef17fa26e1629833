// A context step of training: latents become decoded values, and their KL is summed; elbo.py has
// the formulas. All tensors are contiguous, in single precision.
#pragma once

#include <vector>

namespace vaecomp::training {

// Positions of height x width at row y and column x where bit 2 (y mod 2) + (x mod 2) of
// `phase_mask` is set, row by row.
std::vector<int> selected_positions(int phase_mask, int height, int width);

// Which latents a step codes, and what the prior says of them.
struct CodedLatents {
  int batch, positions, channels;    // of the latents [batch][positions][channels]
  int first, count;                  // channels that the step codes
  const std::vector<int>* selected;  // positions that it codes
  const float* prior;                // [batch][selected][2 * count]: means, then log2 of sigmas
  const float* offsets;              // [batch][count], added to the latter
};

// Rounds what the prior's mean leaves of each coded latent, and adds the mean again, in place. To
// bits [batch] goes the sum of the KL in bits of the residuals plus `noise`
// [batch][selected][count], to `slopes` [batch][selected][2 * count] its derivatives after the
// residual and after log2 sigma.
void code_latents(const CodedLatents& step, const float* noise, float* latents, float* bits,
                  float* slopes);

// Gradients from `gradient_bits` [batch] and `gradient` [batch][positions][channels]: to the
// latents in place of the latter (rounding passes it unchanged), to the prior and, summed over
// positions, to the offsets.
void code_latents_back(const CodedLatents& step, const float* slopes, const float* gradient_bits,
                       float* gradient, float* gradient_prior, float* gradient_offsets);

}  // namespace vaecomp::training
