// Reading pictures as files in memory. Their kind follows from the content, never from the name.
#pragma once

#include "tools/image_io/file_kind.h"
#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp {

// Reads a PNG, JPEG, PBM, PGM, PPM, PAM or PFM. The size in its header is checked against `limits`
// before anything that depends on it is allocated. What there is to say about a file that is taken
// is appended to `remarks`, unless that is null. Errors: kCorrupt, kTruncated (with offset),
// kUnsupportedFeature (also another kind of picture, with its name), kLimit.
Result<Image> read_picture(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

}  // namespace vaecomp
