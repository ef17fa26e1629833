// The first of two passes over a PNG file: all that is to know before pixels are decoded.
#pragma once

#include "tools/image_io/damage.h"
#include "tools/image_io/png_header.h"

namespace vaecomp {

struct PngSurvey {
  PngHeader header;
  Metadata metadata;
  bool has_end = false;          // IEND is there
  bool sound_pixels = true;      // all IDAT chunks are whole, and their CRCs right
  std::uint64_t idat_bytes = 0;  // of all IDAT chunks, as far as they are there
  bool unreadable = false;       // the walk ended where no chunk begins, not at the file's end
  std::size_t end = 0;           // behind IEND, or where the walk ended
};

// Checks the header and the size in it, every chunk's CRC, and takes the metadata. Remarks: damage,
// frames that are not read, what is left out. Errors: kCorrupt, kTruncated, kUnsupportedFeature (a
// critical chunk that is not known), kLimit.
Result<PngSurvey> survey_png(ByteSpan file, const Limits& limits, Damage& damage, Remarks* remarks);

}  // namespace vaecomp
