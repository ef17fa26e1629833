// Metadata as PNG's chunks, for writing; png_facts.h has the way back.
#pragma once

#include <string_view>
#include <vector>

#include "tools/image_io/left_out.h"
#include "tools/image_io/samples.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The chunks that carry `metadata`, in an order fit for the place behind IHDR of a picture with
// this layout. What PNG has no form for (a key over 79 characters or outside of Latin-1), what does
// not fit the picture or its kind (see png_fits.h), sRGB beside a profile, which PNG forbids, and
// all but the first chunk of a type is left out; the names go to `left_out`. Errors: kMemory.
Result<std::vector<PngChunk>> png_chunks(const Metadata& metadata, const SampleLayout& layout,
                                         LeftOut& left_out);

}  // namespace vaecomp
