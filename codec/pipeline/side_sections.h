// The sections beside the latents: alpha and metadata (SPEC.md sections 1.1 and 1.2).
#pragma once

#include <vector>

#include "format/metadata.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Sections of a picture's alpha, if it is not opaque, and metadata, in the order of their tags.
// Errors: those of encode_alpha and write_metadata.
Result<std::vector<OwnedSection>> write_side_sections(ImageView image);

// Fills in `alpha` and `metadata` of `image`. Errors: those of decode_alpha and read_metadata.
Result<void> read_side_sections(const Container& container, Image& image);

}  // namespace vaecomp
