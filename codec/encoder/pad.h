// Pictures as the analysis networks want them, row by row: padded by edge replication, three
// channels, -1 .. 1.
#pragma once

#include "codec/engine/streamed_run.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// [height][width][3] in -1 .. 1 (sample / 127.5 - 1, or from 16 bits sample / 32767.5 - 1), both
// sides rounded up to a multiple of `multiple` by repeating the last row and column (SPEC.md
// section 5). A grey picture's sample goes to all three channels. Borrows the samples.
RowInput<float> padded_picture(ImageView image, int multiple);

// The same with the k^2 values of each channel gathered (VM-17): [height / k][width / k][3 k^2],
// for sides rounded up to a multiple of k.
RowInput<float> unshuffled_picture(ImageView image, int k);

}  // namespace vaecomp
