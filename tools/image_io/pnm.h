// Binary PPM (P6) and PGM (P5) with 8-bit samples (Netpbm's ppm(5) and pgm(5)).
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Reads the first picture of the file. Errors: kCorrupt, kTruncated, kUnsupportedFeature (another
// member of the family, maxval other than 255), kLimit.
Result<Image> read_pnm(ByteSpan file, const Limits& limits);

// P6 for RGB, P5 for grey.
Bytes write_pnm(ImageView image);

}  // namespace vaecomp
