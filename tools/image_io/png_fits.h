// Whether a chunk that came with a picture may stand in the PNG that it becomes.
#pragma once

#include "tools/image_io/samples.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// True for a chunk of Metadata::display that PNG knows (third edition, 11.3), whose length and
// values are sound, and which fits colour type and depth: sBIT has a number for each channel, none
// above the depth, bKGD a colour of the picture's kind. Nothing else is written, whatever a stream
// holds.
bool fits_png(const PngChunk& chunk, const SampleLayout& layout);

}  // namespace vaecomp
