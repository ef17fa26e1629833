// PNG through libpng, the only files that include it. libpng neither prints nor exits from here.
#pragma once

#include <memory>

#include "tools/image_io/picture_writer.h"
#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"
#include "tools/image_io/write_options.h"

namespace vaecomp {

// Reads a picture of any bit depth and colour type: palettes become RGB, 1, 2 and 4-bit grey is
// spread to 8 bits, tRNS becomes alpha, alpha that is opaque everywhere is dropped. Samples are as
// the file has them: gAMA and its like are kept as metadata (see png_metadata.h), not applied.
// Errors: kTruncated, kCorrupt (libpng's reason and the byte it had reached), kLimit, before any
// memory is allocated for samples.
Result<Image> read_png(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

// Writes a grey or RGB PNG of 8 or 16 bits, with alpha and metadata if there are any; a remark
// names metadata that has no place there. Holds at most a third of the samples' bytes, and as much
// again of what is flat as a drawing. Errors: kMemory, kInternal, those of `sink`.
std::unique_ptr<PictureWriter> png_writer(const PictureWriteOptions& options, ByteSink sink,
                                          Remarks* remarks = nullptr);

// The same of a picture in memory.
Result<Bytes> write_png(ImageView image, const PictureWriteOptions& options = {},
                        Remarks* remarks = nullptr);

}  // namespace vaecomp
