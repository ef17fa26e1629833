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

// The smallest of the ways to write a band that are worth trying and do not take a decoder long for
// little. Takes about one and a half times the time of one, up to four of a small band or under a
// mask.
template <typename Samples>
Bytes smallest_band(const BandShape& shape, const typename Samples::Colour* colours);

}  // namespace vaecomp
