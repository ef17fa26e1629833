// From a picture to quantised latents and their streams (SPEC.md section 5).
#pragma once

#include "codec/pipeline/enc_symbols.h"
#include "codec/pipeline/stage_progress.h"
#include "codec/refine/region_loss.h"

namespace vaecomp {

inline constexpr int kMinEffort = 1;
inline constexpr int kMaxEffort = 9;

// The first half of encoding: what the analysis networks propose for a picture at this quality.
// Errors: kIo (asked to stop).
Result<FloatLatents> analyse(const Model::Impl& model, ImageView image, int quality,
                             ThreadPool& pool, const StageProgress& progress);

// Iterations of refining at this effort; 0: none.
int refining_iterations(int effort);

// The border of the zones: from here on everything is integer.
PictureLatents to_integers(const FloatLatents& latents);

// Precondition: the picture's size and samples agree, quality 0 .. 100, effort 1 .. 9 as
// EncodeOptions describes it. Errors: kIo (asked to stop).
Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      int effort, ThreadPool& pool, const StageProgress& progress);

}  // namespace vaecomp
