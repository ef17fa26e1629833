// The alpha section: a lossless plane, filtered row by row and compressed (SPEC.md section 1.1).
// Exact zone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "format/container.h"

namespace vaecomp {

// The payload of an alpha section. `alpha`: [height][width], below 256 if sample_bytes is 1, below
// 65536 if it is 2. Errors: kMemory.
Result<Bytes> encode_alpha(std::span<const std::uint16_t> alpha, int width, int height,
                           int sample_bytes);

// The plane of a section, [height][width]; the size is the caller's to have checked. Errors:
// kCorrupt with the offset in the file (VC-33, VC-34), kMemory.
Result<std::vector<std::uint16_t>> decode_alpha(const Section& section, int width, int height,
                                                int sample_bytes);

}  // namespace vaecomp
