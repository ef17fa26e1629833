// What follows a JPEG picture in its file: other pictures, a video, or just bytes.
#pragma once

#include "tools/image_io/jpeg_facts.h"

namespace vaecomp {

// Says what is left out after the picture's end: the other pictures of a multi-picture file, the
// video of a motion photo, bytes of unknown use. What the XMP in `facts` announces of them is taken
// out of it where that can be done.
void tell_jpeg_frames(ByteSpan file, std::size_t end, JpegFacts& facts, Remarks* remarks);

}  // namespace vaecomp
