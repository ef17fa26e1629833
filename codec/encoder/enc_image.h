// From a picture to quantised latents and their streams (SPEC.md section 5).
#pragma once

#include "codec/decoder/stage_progress.h"
#include "codec/encoder/enc_analysis.h"
#include "codec/encoder/enc_symbols.h"
#include "format/pixel_filter.h"

namespace vaecomp {

struct EncodedLatents {
  Bytes payload;     // of the latents section
  RowChecks checks;  // of what a decoder will reconstruct; empty if nobody asked for them
  Quantisation quantisation;
  PixelFilter filter;     // of what they decode to
  double distortion = 0;  // what the errors of the filtered picture cost, about, in bits
};

// Precondition: the picture's size and samples agree, quality 0 .. 100, effort as efforts.h has
// them. Errors: kIo (asked to stop).
Result<EncodedLatents> encode_latents(const Model::Impl& model, ImageView image, int quality,
                                      int effort, bool with_checks, ThreadPool& pool,
                                      const StageProgress& progress);

// The same, going on from what analyse() gave.
Result<EncodedLatents> encode_analysed(const Model::Impl& model, ImageView image,
                                       PictureLatents latents, int quality, int effort,
                                       bool with_checks, ThreadPool& pool,
                                       const StageProgress& progress);

}  // namespace vaecomp
