// Pictures of one to four planes coded exactly (SPEC.md section 8). Exact zone.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "codec/base/thread_pool.h"
#include "codec/lossless/plane_view.h"
#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// Asked between bands with the share that is done, 0 .. 256, from whichever thread; an error ends
// the work. May be empty.
using BandsDone = std::function<Result<void>(int share)>;

// The bytes of shape.planes views of this shape. Uses the pool for bands of some megapixels, which
// do not depend on its threads. Takes 4 bytes a pixel (8 of 16 bits) beside the result. Errors:
// those of `done`.
Result<Bytes> encode_planes(std::span<const PlaneView> views, const PlanesShape& shape,
                            ThreadPool& pool, const BandsDone& done = {});

// A decoded picture of planes, row by row.
class ExactRows {
 public:
  // Decodes everything, into 4 bytes a pixel (8 of 16 bits): what is open cannot fail any more. The
  // shape is the caller's to have checked. Errors: kTruncated, kCorrupt with the offset in `bytes`
  // (VC-01, VC-43 to VC-49), those of `done`.
  static Result<ExactRows> open(ByteSpan bytes, const PlanesShape& shape, ThreadPool& pool,
                                const BandsDone& done = {});

  // Copies plane p of row y, every `step`-th of `to` being a sample.
  void copy(int y, int plane, std::uint8_t* to, std::size_t step = 1) const;
  void copy(int y, int plane, std::uint16_t* to, std::size_t step = 1) const;

 private:
  ExactRows() = default;

  PlanesShape shape_;
  bool wide_ = false;
  std::vector<std::uint16_t> table_;  // of values; empty: samples are themselves
  std::vector<std::uint32_t> narrow_colours_;
  std::vector<std::uint64_t> wide_colours_;
};

}  // namespace vaecomp
