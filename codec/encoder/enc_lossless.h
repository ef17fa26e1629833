// Lossless pictures, and alpha beside lossy ones, to streams of exact planes (SPEC.md sections 1.1,
// 1.3 and 8).
#pragma once

#include <optional>

#include "codec/base/thread_pool.h"
#include "codec/decoder/stage_progress.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The payload of an alpha section. Precondition: there is alpha.
Result<Bytes> encode_alpha(ImageView image, ThreadPool& pool);

// A stream that gives back the picture as it is, metadata included; with `verify`, once it has been
// decoded and compared. Precondition: check_arguments(). Errors: kIo (asked to stop), those of
// write_metadata, kInternal (with `verify`: the result differs).
Result<Bytes> encode_lossless(ImageView image, bool verify, ThreadPool& pool,
                              const StageProgress& progress);

// The same with other colours, such as coded_colour gives: something cheap under alpha 0. Those of
// a nearly exact picture come with the quality that was asked for.
Result<Bytes> encode_exact(ImageView image, ImageView colours, std::optional<int> near_quality,
                           bool verify, ThreadPool& pool, const StageProgress& progress);

}  // namespace vaecomp
