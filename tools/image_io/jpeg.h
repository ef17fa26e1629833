// JPEG through libjpeg-turbo, the only files that include it. The library neither prints nor exits
// from here.
#pragma once

#include <memory>

#include "tools/image_io/picture_writer.h"
#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"
#include "tools/image_io/write_options.h"

namespace vaecomp {

// Reads a grey or colour JPEG of 8 bits, baseline or progressive, as the file has its pixels: the
// EXIF orientation is metadata. EXIF, ICC, XMP and comments are kept. Errors: kTruncated, kCorrupt
// (also damage that a viewer would show as garbage), kUnsupportedFeature (CMYK and YCCK, 12 bits,
// lossless), kLimit, before any memory is allocated for samples.
Result<Image> read_jpeg(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

// Writes a baseline JPEG with EXIF, ICC, XMP, IPTC, density and comments; colour is not subsampled
// from quality 90 on. 16-bit samples are rounded to 8. Facts about colours become an ICC profile
// (see colour_profile.h); that there is none is a warning, and a note names metadata without a
// place. Errors: kInvalidArgument (alpha, a side over 65500 pixels, EXIF or XMP too large for a
// segment), kMemory, kInternal, those of `sink`. Holds 3 bytes a pixel, or 6 from quality 90 on:
// the coefficients, whose codes are fitted to all of them.
std::unique_ptr<PictureWriter> jpeg_writer(const PictureWriteOptions& options, ByteSink sink,
                                           Remarks* remarks = nullptr);

// The same of a picture in memory.
Result<Bytes> write_jpeg(ImageView image, const PictureWriteOptions& options = {},
                         Remarks* remarks = nullptr);

}  // namespace vaecomp
