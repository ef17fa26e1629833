// Remarks on metadata for which a picture format has no place.
#pragma once

#include <string>
#include <string_view>

#include "tools/image_io/remark.h"
#include "vaecomp/rows.hpp"

namespace vaecomp {

inline constexpr std::string_view kDensityChunk = "pHYs";

// What a chunk of Metadata::display is called in messages: "density", else its type.
std::string kind_of(const PngChunk& chunk);

// The warning that colours of this space, "gamma 1 (gAMA)", will look different in a file of this
// format, "JPEG".
Remark unsaid_colours(const std::string& space, std::string_view format);

// For a format that keeps no metadata: the warning, if the picture's colours are not those that
// everybody takes samples for, and a note that names the kinds of everything else.
void tell_all_is_left_out(const PictureHead& head, std::string_view format, Remarks* remarks);

}  // namespace vaecomp
