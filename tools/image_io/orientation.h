// EXIF's orientation: how a picture as stored is to be turned for showing.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The orientation in an EXIF block, 1 .. 8 (EXIF 2.3, tag 0x0112); 1, as it is, if there is none or
// the block makes no sense.
int exif_orientation(ByteSpan exif);

// The picture as it is to be shown, its EXIF left as it is. 5 .. 8 exchange width and height.
Image oriented(Image image, int orientation);

}  // namespace vaecomp
