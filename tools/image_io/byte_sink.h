// Where the bytes of a file that is being written go.
#pragma once

#include <functional>

#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// Takes the next bytes of a file. An error ends the writing.
using ByteSink = std::function<Result<void>(ByteSpan bytes)>;

// One that appends to `out`, which it borrows.
inline ByteSink appending_to(Bytes& out) {
  return [&out](ByteSpan bytes) -> Result<void> {
    out.insert(out.end(), bytes.begin(), bytes.end());
    return {};
  };
}

}  // namespace vaecomp
