// The latents section's framing: lengths of all streams but the last, then the streams (SPEC.md
// section 3, VC-18).
#pragma once

#include <span>
#include <vector>

#include "format/container.h"

namespace vaecomp {

// The payload of a latents section. Precondition: at least one stream.
Bytes join_streams(std::span<const Bytes> streams);

struct BandStream {
  ByteSpan bytes;            // borrowed from the section
  std::uint64_t offset = 0;  // of its first byte in the file
};

// The streams of `bands` bands. Errors: kTruncated, kCorrupt (VC-01, VC-18).
Result<std::vector<BandStream>> split_streams(const Section& section, int bands);

}  // namespace vaecomp
