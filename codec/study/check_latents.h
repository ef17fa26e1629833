// Are latents that a caller hands in what this model can work with?
#pragma once

#include "vaecomp/study.hpp"

namespace vaecomp {

// A picture's size within the limits. Errors: kInvalidArgument (empty), kLimit.
Result<void> check_size(std::int64_t width, std::int64_t height, const Limits& limits);

// Errors: kUnknownModel; those of check_size; kInvalidArgument (quality, flags, or grids that do
// not agree with each other or the model).
Result<void> check_latents(const DecoderModel& model, const Latents& latents, const Limits& limits);

// As check_latents, and the hyper latents.
Result<void> check_studied(const DecoderModel& model, const StudiedLatents& studied,
                           const Limits& limits);

}  // namespace vaecomp
