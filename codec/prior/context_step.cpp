// Reading and checking of the context steps.
#include "codec/prior/context_step.h"

#include <algorithm>
#include <string>

#include "format/limits.h"

namespace vaecomp {
namespace {

constexpr int kFields = 4;  // of a step in the tensor

Error bad_steps(std::string text) {
  return {ErrorCode::kCorrupt, "prior.steps: " + std::move(text), kNoOffset, "VM-23"};
}

}  // namespace

Result<std::vector<ContextStep>> read_steps(std::span<const std::uint16_t> steps, int channels) {
  if (steps.size() % kFields != 0) return bad_steps("not four numbers a step");
  std::vector<ContextStep> result;
  std::vector<std::uint8_t> seen(channels);  // phases of each channel that some step has coded
  for (std::size_t i = 0; i < steps.size(); i += kFields) {
    const ContextStep step{steps[i], steps[i + 1], steps[i + 2], steps[i + 3]};
    const std::string name = "step " + std::to_string(i / kFields);
    if (step.first >= step.end || step.end > channels) return bad_steps(name + " has bad channels");
    if (step.phase_mask < 1 || step.phase_mask > kAllPhases) {
      return bad_steps(name + " has a bad phase mask");
    }
    if (step.least_quality >= kQualities) return bad_steps(name + " has a bad quality");
    for (int c = step.first; c < step.end; ++c) {
      if (seen[c] & step.phase_mask) return bad_steps(name + " codes a channel again");
      seen[c] |= static_cast<std::uint8_t>(step.phase_mask);
    }
    result.push_back(step);
  }
  if (std::any_of(seen.begin(), seen.end(), [](auto phases) { return phases != kAllPhases; })) {
    return bad_steps("a channel is not coded at every position");
  }
  return result;
}

}  // namespace vaecomp
