// The sections beside the latents: alpha and metadata (SPEC.md sections 1.1 and 1.2).
#pragma once

#include <optional>
#include <vector>

#include "codec/alpha/alpha_plane.h"
#include "format/metadata.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Sections of a picture's alpha, if it is not opaque, and metadata, in the order of their tags.
// Errors: those of encode_alpha and write_metadata.
Result<std::vector<OwnedSection>> write_side_sections(ImageView image);

struct SideSections {
  Metadata metadata;
  std::optional<AlphaRows> alpha;
};

// Errors: those of AlphaRows::open and read_metadata.
Result<SideSections> read_side_sections(const Container& container);

}  // namespace vaecomp
