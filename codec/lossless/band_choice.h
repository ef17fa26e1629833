// What an encoder decides: how a band's colours are transformed, and which blocks repeat them.
// Exact zone.
#pragma once

#include "codec/lossless/band_stream.h"
#include "format/bytes.h"

namespace vaecomp {

// Of [rows][width] packed colours, the share of blocks, in 1/256, most of whose pixels are not
// photographic: at least 3 in 10 equal a neighbour.
template <typename Colour>
int share_of_repeats(int width, const Colour* colours, int rows);

// The smallest of the ways to write a band that are worth trying. Takes about two to four times the
// time of one.
template <typename Samples>
Bytes smallest_band(const BandShape& shape, const typename Samples::Colour* colours);

}  // namespace vaecomp
