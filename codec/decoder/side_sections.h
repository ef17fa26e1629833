// The sections beside the latents: alpha and metadata (SPEC.md sections 1.1 and 1.2).
#pragma once

#include <optional>

#include "codec/alpha/alpha_plane.h"
#include "format/container.h"
#include "format/metadata.h"

namespace vaecomp {

struct SideSections {
  Metadata metadata;
  std::optional<AlphaRows> alpha;
};

// Errors: those of AlphaRows::open and read_metadata.
Result<SideSections> read_side_sections(const Container& container);

}  // namespace vaecomp
