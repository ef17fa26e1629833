// Headers of Netpbm pictures.
#pragma once

#include "tools/image_io/samples.h"

namespace vaecomp {

struct PnmHead {
  char kind = 0;             // '1' .. '7', of the magic number
  std::size_t samples = 0;   // where they begin in the file
  SampleLayout layout = {};  // of the samples once unpacked to bytes; a bitmap's maxval is 255

  bool is_text() const { return kind <= '3'; }
  bool is_bitmap() const { return kind == '1' || kind == '4'; }

  // Bytes of binary samples in the file.
  std::size_t binary_bytes() const;
};

// Reads the header that begins at `start`. Errors: kCorrupt, kTruncated, kUnsupportedFeature,
// kLimit.
Result<PnmHead> read_pnm_head(ByteSpan file, std::size_t start, const Limits& limits);

}  // namespace vaecomp
