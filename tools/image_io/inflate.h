// zlib streams of unknown size, as PNG's metadata has them.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Inflates a whole zlib stream; bytes after it are ignored. Errors: kTruncated (it ends early),
// kCorrupt, kLimit (it gives more than `max_size` bytes), kMemory.
Result<Bytes> inflated(ByteSpan stream, std::size_t max_size);

}  // namespace vaecomp
