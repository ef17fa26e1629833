// The values that samples take, where they are few: planes are then coded as places in this list
// (SPEC.md section 8.2). Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// Which of the values 0 .. used.size() - 1 occur.
Bytes encode_value_table(const std::vector<bool>& used);

// The values that occur, of 2^depth possible ones, in rising order. Errors: those of
// SymbolDecoder::finish, with the offset in `bytes`; kCorrupt, VC-47, if there is none.
Result<std::vector<std::uint16_t>> decode_value_table(ByteSpan bytes, int depth);

}  // namespace vaecomp
