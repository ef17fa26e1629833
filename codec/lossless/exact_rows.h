// Bytes to planes (SPEC.md section 8). Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/base/zeroed_vector.h"
#include "codec/lossless/bands.h"
#include "codec/lossless/block_mask.h"
#include "codec/lossless/plane_view.h"
#include "format/bytes.h"

namespace vaecomp {

// A decoded picture of planes, row by row.
class ExactRows {
 public:
  // Decodes everything, into 4 bytes a pixel (8 of 16 bits): what is open cannot fail any more. The
  // shape is the caller's to have checked; the mask, if not null, is that of a picture of this
  // size, and what it does not cover means nothing. Errors: kTruncated, kCorrupt with the offset in
  // `bytes` (VC-01, VC-43 to VC-49), those of `done`.
  static Result<ExactRows> open(ByteSpan bytes, const PlanesShape& shape, const BlockMask* mask,
                                ThreadPool& pool, const BandsDone& done = {});

  // Copies columns begin .. end - 1 of a row of a plane, every `step`-th of `to` being a sample.
  void copy(int y, int plane, int begin, int end, std::uint8_t* to, std::size_t step = 1) const;
  void copy(int y, int plane, int begin, int end, std::uint16_t* to, std::size_t step = 1) const;

  // All columns.
  template <typename Sample>
  void copy(int y, int plane, Sample* to, std::size_t step = 1) const {
    copy(y, plane, 0, shape_.width, to, step);
  }

 private:
  ExactRows() = default;

  PlanesShape shape_;
  bool wide_ = false;
  std::vector<std::uint16_t> table_;  // of values; empty: samples are themselves
  // No memory where no band has come to.
  ZeroedVector<std::uint32_t> narrow_colours_;
  ZeroedVector<std::uint64_t> wide_colours_;
};

}  // namespace vaecomp
