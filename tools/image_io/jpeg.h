// JPEG through libjpeg-turbo, the only files that include it. The library neither prints nor exits
// from here.
#pragma once

#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp {

inline constexpr int kDefaultJpegQuality = 90;

// Reads a grey or colour JPEG of 8 bits, baseline or progressive, as the file has its pixels: the
// EXIF orientation is metadata. EXIF, ICC, XMP and comments are kept. Errors: kTruncated, kCorrupt
// (also damage that a viewer would show as garbage), kUnsupportedFeature (CMYK and YCCK, 12 bits,
// lossless), kLimit, before any memory is allocated for samples.
Result<Image> read_jpeg(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

// Writes a baseline JPEG of quality 1 .. 100 with EXIF, ICC, XMP and comments; colour is not
// subsampled from quality 90 on. 16-bit samples are rounded to 8. Errors: kInvalidArgument (alpha,
// a side over 65500 pixels, EXIF or XMP too large for a segment), kMemory, kInternal.
Result<Bytes> write_jpeg(ImageView image, int quality);

}  // namespace vaecomp
