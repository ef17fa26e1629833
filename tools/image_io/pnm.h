// Binary PGM (P5), PPM (P6) and PAM (P7) of 8 and 16 bits (Netpbm's pgm(5), ppm(5) and pam(5)).
#pragma once

#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp {

// Reads the first picture of the file. Samples are scaled from the file's maxval, 1 .. 65535, to
// 8 bits (maxval up to 255) or 16. Errors: kCorrupt, kTruncated, kUnsupportedFeature (another
// member of the family), kLimit.
Result<Image> read_pnm(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

// P6 for RGB, P5 for grey; maxval 255 or 65535. No metadata are kept: that colours are not sRGB is
// a warning, a note names the rest. Precondition: no alpha.
Bytes write_pnm(ImageView image, Remarks* remarks = nullptr);

// P7 with the tuple type that fits, alpha included; metadata as above.
Bytes write_pam(ImageView image, Remarks* remarks = nullptr);

}  // namespace vaecomp
