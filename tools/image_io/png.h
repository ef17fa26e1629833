// PNG through libpng, the only files that include it. libpng neither prints nor exits from here.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Reads an 8-bit grey or RGB picture. Palettes become RGB, 1, 2 and 4-bit grey is spread to 8 bits,
// interlaced files are read, alpha that is 255 everywhere is dropped. Metadata is not kept.
// Errors: kTruncated, kCorrupt (libpng's reason and the byte it had reached), kUnsupportedFeature
// (16-bit samples, transparency), kLimit, before any memory is allocated for samples.
Result<Image> read_png(ByteSpan file, const Limits& limits);

// Writes an 8-bit grey or RGB PNG. Errors: kMemory, kInternal.
Result<Bytes> write_png(ImageView image);

}  // namespace vaecomp
