// Binary PGM (P5), PPM (P6) and PAM (P7) of 8 and 16 bits (Netpbm's pgm(5), ppm(5) and pam(5)).
#pragma once

#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp {

// Reads the first picture of the file. Samples are scaled from the file's maxval, 1 .. 65535, to
// 8 bits (maxval up to 255) or 16. Errors: kCorrupt, kTruncated, kUnsupportedFeature (another
// member of the family), kLimit.
Result<Image> read_pnm(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

// P6 for RGB, P5 for grey; maxval 255 or 65535. Precondition: no alpha.
Bytes write_pnm(ImageView image);

// P7 with the tuple type that fits, alpha included.
Bytes write_pam(ImageView image);

}  // namespace vaecomp
