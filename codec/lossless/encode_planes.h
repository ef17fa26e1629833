// One to four planes to bytes (SPEC.md section 8). Exact zone.
#pragma once

#include <span>

#include "codec/lossless/bands.h"
#include "codec/lossless/plane_view.h"
#include "format/bytes.h"

namespace vaecomp {

// The bytes of shape.planes views of this shape, any rectangle. Uses the pool for bands of some
// megapixels; the bytes do not depend on its threads. Takes 4 bytes a pixel (8 of 16 bits) beside
// the result. Errors: those of `done`.
Result<Bytes> encode_planes(std::span<const PlaneView> views, const PlanesShape& shape,
                            ThreadPool& pool, const BandsDone& done = {});

}  // namespace vaecomp
