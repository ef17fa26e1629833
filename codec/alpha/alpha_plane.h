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

// The plane of a section, row by row. Holds its filtered bytes: 1 or 2 a pixel.
class AlphaRows {
 public:
  // The size is the caller's to have checked; sample_bytes as above. Errors: kCorrupt with the
  // offset in the file (VC-33, VC-34), kMemory: what is open cannot fail any more.
  static Result<AlphaRows> open(const Section& section, int width, int height, int sample_bytes);

  // The next row, `width` values. Precondition: there is one.
  void next(std::uint16_t* alpha);

 private:
  AlphaRows() = default;

  int sample_bytes_ = 1;
  std::size_t row_bytes_ = 0;
  int y_ = 0;      // of the next row
  Bytes content_;  // rows before y_ as they are, others filtered, each behind its filter
  Bytes zero_;     // above the first row
};

}  // namespace vaecomp
