// The sections beside the latents: alpha, patches, colours, filter and metadata (SPEC.md
// sections 1.1, 1.2, 1.4 to 1.6).
#pragma once

#include <optional>

#include "codec/base/thread_pool.h"
#include "codec/decoder/after_networks.h"
#include "codec/decoder/patches.h"
#include "codec/lossless/exact_rows.h"
#include "format/colour_turn.h"
#include "format/container.h"
#include "format/metadata.h"
#include "format/pixel_filter.h"

namespace vaecomp {

struct SideSections {
  Metadata metadata;
  std::optional<ExactRows> alpha;  // one plane
  std::optional<Patches> patches;
  ColourTurn turn;
  PixelFilter filter;

  // What lies between the networks and the picture's samples; borrows.
  AfterNetworks after_networks() const { return {filter, turn, patches ? &*patches : nullptr}; }
};

// Of a lossy stream. Errors: those of ExactRows::open and Patches::open, with the offset in the
// file, and of read_metadata, read_colour_turn and
// read_pixel_filter.
Result<SideSections> read_side_sections(const Container& container, ThreadPool& pool);

}  // namespace vaecomp
