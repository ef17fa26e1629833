// A band's bytes: its mode, then a stream of symbols for each plane (SPEC.md section 8.3). Exact
// zone.
#pragma once

#include <vector>

#include "codec/lossless/band_coder.h"
#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// A band's first byte: the transform in the lowest two bits, then whether blocks repeat colours,
// and whether only those of neighbours; or kRawMode: samples as they are.
inline constexpr std::uint8_t kRepeatsBit = 4, kNeighboursBit = 8, kRawMode = 8;

// [row of blocks][block]: it repeats colours.
using BlockMap = std::vector<std::vector<bool>>;

// What an encoder decides about a band.
struct BandPlan {
  BandMode mode;
  BlockMap repeats;
};

// The bytes of a band of packed colours, [rows][width].
template <typename Samples>
Bytes write_band(const BandShape& shape, const BandPlan& plan,
                 const typename Samples::Colour* colours);

// The same as the samples' own bytes: one a sample, two of a wide one.
template <typename Samples>
Bytes write_raw_band(const BandShape& shape, const typename Samples::Colour* colours);

// Fills in the rows from a band's bytes. Errors: kTruncated, kCorrupt, with the offset in
// `bytes` (VC-01, VC-44, VC-45, VC-48, VC-49).
template <typename Samples>
Result<void> read_band(const BandShape& shape, ByteSpan bytes, typename Samples::Colour* colours);

}  // namespace vaecomp
