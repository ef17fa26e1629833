// Pictures that are as much work for the codec as photographs are.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// An 8-bit RGB picture of 3 to 2 with about so many pixels, the same on every run: regions with
// edges between them, smooth and rough ones, detail that falls off with its frequency, and grain.
// All of this has a size in pixels, so that pictures of all sizes cost the same per pixel.
Image generated_picture(double megapixels);

}  // namespace vaecomp
