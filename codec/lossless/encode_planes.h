// One to four planes to bytes (SPEC.md section 8). Exact zone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codec/lossless/bands.h"
#include "codec/lossless/block_mask.h"
#include "codec/lossless/plane_view.h"
#include "format/bytes.h"

namespace vaecomp {

// The bytes of shape.planes views of this shape, any rectangle; with a mask (of that rectangle,
// with a block, else null) only of what it covers. Uses the pool for bands of some megapixels; the
// bytes do not depend on its threads. Takes 4 bytes a pixel (8 of 16 bits) beside the result.
// Errors: those of `done`.
Result<Bytes> encode_planes(std::span<const PlaneView> views, const PlanesShape& shape,
                            const BlockMask* mask, ThreadPool& pool, const BandsDone& done = {});

// What each block of the mask would cost there, about, in 1/256 bit; 0 of the others. [row of
// blocks][column].
std::vector<std::uint32_t> price_blocks(std::span<const PlaneView> views, const PlanesShape& shape,
                                        const BlockMask& mask, ThreadPool& pool);

}  // namespace vaecomp
