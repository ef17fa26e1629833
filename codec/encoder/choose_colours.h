// Which colours the networks see: the picture's, turned ones, or fainter ones.
#pragma once

#include "codec/base/thread_pool.h"
#include "codec/decoder/stage_progress.h"
#include "codec/encoder/encoder_model.h"
#include "codec/encoder/learned_picture.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The cheapest of the picture as it is and of what its colours promise, each coded at the usual
// weight; a picture that promises nothing, as nearly all photographs, is given back at once.
// Borrows what `plain` does, or from `storage`. Errors: kIo (asked to stop).
Result<LearnedPicture> choose_colours(const Model::Impl& model, LearnedPicture plain,
                                      ThreadPool& pool, const StageProgress& progress,
                                      Image& storage);

}  // namespace vaecomp
