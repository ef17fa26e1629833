// CRC-32C, the checksum of both file formats (SPEC.md section 1; Castagnoli et al., 1993).
#pragma once

#include <cstdint>

#include "format/bytes.h"

namespace vaecomp {

// CRC-32C of the bytes; 0 of none. `before` is the CRC of what came before them, so that
// crc32c(b, crc32c(a)) is the CRC of a followed by b. Detects every single flipped bit and every
// burst of at most 32 bits.
std::uint32_t crc32c(ByteSpan bytes, std::uint32_t before = 0);

}  // namespace vaecomp
