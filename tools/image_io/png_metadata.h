// Metadata as PNG's chunks, for writing; png_facts.h has the way back.
#pragma once

#include <string_view>
#include <vector>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Chunks that are written as they stand, because they say how samples are to be shown (PNG, third
// edition, 11.3.2 and 11.3.4.3). Written are these only, whatever a stream holds.
inline constexpr std::string_view kDisplayChunks[] = {"cHRM", "gAMA", "sRGB", "cICP",
                                                      "mDCV", "cLLI", "pHYs"};

// The chunks that carry `metadata`, in an order fit for the place behind IHDR. What PNG has no form
// for (a key over 79 characters or outside of Latin-1) is left out. Errors: kMemory.
Result<std::vector<PngChunk>> png_chunks(const Metadata& metadata);

}  // namespace vaecomp
