// One zstd frame in memory (RFC 8878). The only user of libzstd.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// Compresses to one frame. Level 1 .. 19, or below 0 for frames that open fast. Error: kMemory.
Result<Bytes> compress_chunk(ByteSpan data, int level = 19);

// Decompresses `frame`, which must be one whole frame that gives exactly `size` bytes. Memory is
// taken only for a `size` that a frame of this length can give, and never more than that. Errors,
// without offset and rule: kCorrupt, kMemory.
Result<Bytes> decompress_chunk(ByteSpan frame, std::uint64_t size);

// The same for many owners.
Result<std::shared_ptr<std::uint8_t[]>> decompress_shared(ByteSpan frame, std::uint64_t size);

// Version of the libzstd that is loaded, "1.5.4".
std::string zstd_version();

}  // namespace vaecomp
