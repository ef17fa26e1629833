// Netpbm's formats: PBM, PGM and PPM, plain (P1, P2, P3) and binary (P4, P5, P6), and PAM (P7), of
// up to 16 bits (Netpbm's pbm(5), pgm(5), ppm(5), pam(5)); and PFM, of floats (pfm(5)).
#pragma once

#include <memory>

#include "tools/image_io/picture_writer.h"
#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp {

// Reads the first picture of the file, and says how many others follow. Samples are scaled from the
// file's maxval, 1 .. 65535, to 8 bits (maxval up to 255) or 16; bitmaps become grey of 8 bits.
// Errors: kCorrupt, kTruncated, kUnsupportedFeature (another member of the family), kLimit; see
// damage.h.
Result<Image> read_pnm(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

// Reads a PFM, grey (Pf) or RGB (PF), of either byte order; 0 .. 1 become 16 bits. Values beyond,
// and those that are no numbers, are clipped with a warning. Of the scale factor only the sign,
// which gives the byte order, counts. Errors: kCorrupt, kTruncated, kLimit.
Result<Image> read_pfm(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

enum class PnmKind {
  kPnm,  // P6 for RGB, P5 for grey
  kPpm,  // P6; of a grey picture every sample three times
  kPam,  // P7 with the tuple type that fits, alpha included
};

// Writes binary Netpbm files; maxval 255 or 65535. No metadata are kept: that colours are not sRGB
// is a warning, a note names the rest. Precondition: no alpha but in kPam. Errors: those of `sink`.
std::unique_ptr<PictureWriter> pnm_writer(PnmKind kind, ByteSink sink, Remarks* remarks = nullptr);

// A picture in memory as kPnm.
Bytes write_pnm(ImageView image, Remarks* remarks = nullptr);

// The same as kPam.
Bytes write_pam(ImageView image, Remarks* remarks = nullptr);

}  // namespace vaecomp
