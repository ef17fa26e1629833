// Pixels of lossless pictures, and of alpha beside lossy ones (SPEC.md sections 1.1, 1.3 and 8).
#pragma once

#include "codec/base/thread_pool.h"
#include "codec/decoder/dec_image.h"
#include "codec/decoder/stage_progress.h"
#include "codec/lossless/exact_rows.h"
#include "format/container.h"

namespace vaecomp {

// Planes of colour: a neutral picture has one, from which three equal channels are made.
int colour_planes(const StreamHeader& header);

// Planes of a section's payload, of which `skipped` bytes at the front are the caller's; `mask` as
// in ExactRows::open. Errors: those of ExactRows::open with the offset in the file; that of the
// caller who asks to stop.
Result<ExactRows> open_planes(const Section& section, std::size_t skipped,
                              const StreamHeader& header, int planes, const BlockMask* mask,
                              ThreadPool& pool, const StageProgress& progress);

// A lossless picture, decoded.
struct ExactPicture {
  ExactRows rows;
  bool alpha = false;  // whether the last plane is alpha
};

// Whether the picture of a pixels section has alpha. Errors: kTruncated, kCorrupt (VC-51).
Result<bool> pixels_have_alpha(const Section& section);

// Decodes the pixels section. Precondition: the stream is lossless. Errors: as above.
Result<ExactPicture> open_pixels(const Container& container, ThreadPool& pool,
                                 const StageProgress& progress);

// Gives the rows to `take`, with their alpha, from the top to the bottom. Errors: those of `take`.
Result<void> take_pixels(const ExactPicture& picture, const StreamHeader& header,
                         const TakeRows& take);

}  // namespace vaecomp
