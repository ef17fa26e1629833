// From a picture to quantised latents and their streams (SPEC.md section 5).
#pragma once

#include "codec/pipeline/enc_analysis.h"
#include "codec/pipeline/enc_symbols.h"
#include "codec/pipeline/stage_progress.h"

namespace vaecomp {

inline constexpr int kMinEffort = 1;
inline constexpr int kMaxEffort = 9;

// Iterations of refining at this effort; 0: none.
int refining_iterations(int effort);

struct EncodedLatents {
  Bytes payload;     // of the latents section
  RowChecks checks;  // of what a decoder will reconstruct; empty if nobody asked for them
};

// Precondition: the picture's size and samples agree, quality 0 .. 100, effort 1 .. 9 as
// EncodeOptions describes it. Errors: kIo (asked to stop).
Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      int effort, bool with_checks, ThreadPool& pool,
                                      const StageProgress& progress);

}  // namespace vaecomp
