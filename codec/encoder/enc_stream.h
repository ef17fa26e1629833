// The encoder as a whole: from a picture to a stream.
#pragma once

#include "codec/base/thread_pool.h"
#include "codec/decoder/stage_progress.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// What encode() gives. Precondition: check_arguments(). Errors: those of encode().
Result<Bytes> encode_stream(const Model& model, ImageView image, const EncodeOptions& options,
                            ThreadPool& pool, const StageProgress& progress);

}  // namespace vaecomp
