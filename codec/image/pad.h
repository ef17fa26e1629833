// Pictures as the analysis network wants them: padded by edge replication, three channels, -1 .. 1.
#pragma once

#include "codec/analysis/float_tensor.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// [height][width][3] in -1 .. 1 (sample / 127.5 - 1, or from 16 bits sample / 32767.5 - 1), both
// sides rounded up to a multiple of `multiple` by repeating the last row and column (SPEC.md
// section 5). A grey picture's sample goes to all three channels.
FloatTensor padded_picture(ImageView image, int multiple);

// `tensor` with both sides rounded up to a multiple of `multiple` by repeating the last row and
// column.
FloatTensor padded(const FloatTensor& tensor, int multiple);

}  // namespace vaecomp
