// What an encoder decides: how a band's colours are transformed, and which blocks repeat them.
// Exact zone.
#pragma once

#include "codec/lossless/band_stream.h"
#include "format/bytes.h"

namespace vaecomp {

// A flag a block (of kBlockSide) of a band of packed colours, [rows][width]: whether at least 3 in
// 10 of its coded pixels equal a neighbour, as those of photographs do not.
template <typename Samples>
BlockMap repeating_blocks(const BandShape& shape, const typename Samples::Colour* colours);

// The share of such blocks, in 1/256.
int share_of_repeats(const BlockMap& map);

// The smallest of the ways to write a band that are worth trying. Takes about two to four times the
// time of one.
template <typename Samples>
Bytes smallest_band(const BandShape& shape, const typename Samples::Colour* colours);

}  // namespace vaecomp
