// The colours that are coded: one sample a pixel where three are equal, 8-bit samples beside 16-bit
// ones, and something smooth under full transparency.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Is alpha absent or at its maximum everywhere?
bool is_opaque(ImageView image);

// Is it an RGB picture whose pixels all have three equal samples? Those under alpha 0 do not count.
bool is_neutral(ImageView image);

// The picture that the analysis network sees: a neutral one has one channel, and colours under
// alpha 0, which nobody sees and nothing codes (SPEC.md VC-35), are replaced by a smooth
// continuation of the visible ones. The result has `samples` in any case (16-bit samples rounded),
// and `samples16` beside them if `image` has them; no alpha, no metadata. It borrows from `image`
// what needs no change and from `storage` the rest.
ImageView coded_colour(ImageView image, Image& storage);

}  // namespace vaecomp
