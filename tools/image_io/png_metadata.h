// Metadata between PNG's chunks and Metadata.
#pragma once

#include <string_view>
#include <vector>

#include "tools/image_io/left_out.h"
#include "tools/image_io/samples.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Chunks that are kept as they stand, because they say how samples are to be shown (PNG, third
// edition, 11.3.2 and 11.3.4.3).
inline constexpr std::string_view kDisplayChunks[] = {"cHRM", "gAMA", "sRGB", "cICP",
                                                      "mDCV", "cLLI", "pHYs"};

// Takes over a chunk of kDisplayChunks, iCCP or eXIf; the first of a type counts. Errors: kCorrupt
// (an iCCP whose content is no profile).
Result<void> add_png_chunk(std::string_view type, ByteSpan content, Metadata& metadata);

// Takes over a text as it stands in the file: `text` is UTF-8 if `international` (iTXt), else
// Latin-1, as `key` always is. XMP goes to its own place.
void add_png_text(std::string_view key, std::string_view language, std::string_view translated_key,
                  std::string_view text, bool international, Metadata& metadata);

// The chunks that carry `metadata`, in an order fit for the place behind IHDR of a picture with
// this layout. What PNG has no form for (a key over 79 characters or outside of Latin-1), what does
// not fit the picture or its kind (see png_fits.h), sRGB beside a profile, which PNG forbids, and
// all but the first chunk of a type is left out; the names go to `left_out`. Errors: kMemory.
Result<std::vector<PngChunk>> png_chunks(const Metadata& metadata, const SampleLayout& layout,
                                         LeftOut& left_out);

}  // namespace vaecomp
