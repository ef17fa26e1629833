// Well-formed UTF-8 (RFC 3629).
#pragma once

#include <cstddef>

#include "format/bytes.h"

namespace vaecomp {

// Bytes of the character that `text` begins with, 1 .. 4; 0 if it is empty or begins with none.
std::size_t utf8_character_bytes(ByteSpan text);

// False for stray or missing continuation bytes, forms longer than needed, surrogates and numbers
// above U+10FFFF.
bool is_utf8(ByteSpan text);

}  // namespace vaecomp
