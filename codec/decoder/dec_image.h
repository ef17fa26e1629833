// From a parsed stream to latents, and from latents to pixels: the two halves of decoding (SPEC.md
// section 4).
#pragma once

#include <functional>

#include "codec/decoder/after_networks.h"
#include "codec/decoder/decoder_model.h"
#include "codec/decoder/stage_progress.h"
#include "format/container.h"
#include "vaecomp/rows.hpp"

namespace vaecomp {

// Of a picture without alpha and metadata.
PictureHead picture_head(const StreamHeader& header);

// Decoded latents, Q4 [height][width][channel]: the channels that the quality codes. Errors:
// kTruncated, kCorrupt with the byte's offset in the file.
Result<Tensor> decode_latents(const DecoderModel::Impl& model, const Container& container,
                              ThreadPool& pool, const StageProgress& progress);

// Takes some finished rows, which exist during the call only: colours without alpha and metadata.
using TakeRows = std::function<Result<void>(ImageView rows)>;

// Runs the synthesis network on latents, of which channels at the end that are 0 may be missing,
// crops its rows to the picture's size, makes samples of them as `after` says and gives them to
// `take`, from the top to the bottom, one call at a time (ExactNetwork::stream). Errors: that of
// the caller who asks to stop, and of `take`.
Result<void> synthesise_pixels(const DecoderModel::Impl& model, const Tensor& latents,
                               const AfterNetworks& after, const StreamHeader& header,
                               ThreadPool& pool, const StageProgress& progress,
                               const TakeRows& take);

// The same as a whole picture.
Result<Image> synthesise(const DecoderModel::Impl& model, const Tensor& latents,
                         const AfterNetworks& after, const StreamHeader& header, ThreadPool& pool,
                         const StageProgress& progress);

}  // namespace vaecomp
