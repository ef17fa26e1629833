// What must hold for a reader of picture files.
#pragma once

#include "tests/fuzz/require.h"
#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp::fuzz {

using PictureReader = Result<Image> (*)(ByteSpan, const ReadOptions&, Remarks*);

// Reads a file strictly and tolerantly, and writes what came out as a PNG.
void check_reader(PictureReader read, ByteSpan file);

}  // namespace vaecomp::fuzz
