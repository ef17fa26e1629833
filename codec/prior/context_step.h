// The context steps of a model: which channels at which positions are coded together. Exact zone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codec/base/phases.h"
#include "format/error.h"

namespace vaecomp {

// One step codes the channels [first, end) at the positions whose bit 2 (y mod 2) + (x mod 2) of
// the phase mask is set (SPEC.md section 4, step 3), in pictures of its least quality or a better
// one. What is not coded is 0.
struct ContextStep {
  int first = 0;
  int end = 0;
  int phase_mask = 0;  // 1 .. 15
  int least_quality = 0;

  int channels() const { return end - first; }
  bool covers(int y, int x) const { return has_position(phase_mask, y, x); }
};

// Reads the tensor `prior.steps` [S][4] of a model with `channels` latent channels (at least 1).
// Errors: kCorrupt, VM-23: every channel at every phase is in exactly one step.
Result<std::vector<ContextStep>> read_steps(std::span<const std::uint16_t> steps, int channels);

}  // namespace vaecomp
