// From a parsed stream to latents, and from latents to pixels: the two halves of decoding (SPEC.md
// section 4).
#pragma once

#include "codec/model/model_impl.h"
#include "codec/pipeline/stage_progress.h"
#include "format/container.h"

namespace vaecomp {

// Decoded latents, Q4 [height][width][M]. Errors: kTruncated, kCorrupt with the byte's offset in
// the file.
Result<Tensor> decode_latents(const Model::Impl& model, const Container& container,
                              ThreadPool& pool, const StageProgress& progress);

// Runs the synthesis network: every row of its result, 3 channels in Q6, is given to `sink` once,
// from top to bottom (ExactNetwork::stream). Errors: that of the caller who asks to stop.
Result<void> synthesise_rows(const Model::Impl& model, const Tensor& latents, int quality,
                             ThreadPool& pool, const StageProgress& progress, const RowSink& sink);

// The same, cropped to the picture's size and turned to samples.
Result<Image> synthesise(const Model::Impl& model, const Tensor& latents,
                         const StreamHeader& header, ThreadPool& pool,
                         const StageProgress& progress);

}  // namespace vaecomp
