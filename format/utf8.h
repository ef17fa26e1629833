// Is this well-formed UTF-8 (RFC 3629)?
#pragma once

#include "format/bytes.h"

namespace vaecomp {

// False for stray or missing continuation bytes, forms longer than needed, surrogates and numbers
// above U+10FFFF.
bool is_utf8(ByteSpan text);

}  // namespace vaecomp
