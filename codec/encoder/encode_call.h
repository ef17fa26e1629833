// What the ways to encode share: what goes in is checked, what comes out is put together.
#pragma once

#include <vector>

#include "codec/base/thread_pool.h"
#include "codec/prior/dequantiser.h"
#include "format/colour_turn.h"
#include "format/metadata.h"
#include "format/pixel_filter.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Errors: kInvalidArgument (size, channels, alpha, quality, effort), kLimit.
Result<void> check_arguments(ImageView image, const EncodeOptions& options);

// The header of the stream of `image`, which is coded as `coded` (coded_colour), without patches.
StreamHeader stream_header(const Model& model, ImageView image, ImageView coded, int quality,
                           Quantisation quantisation);

// Sections of a picture's alpha, if it is not opaque, and metadata, in the order of their tags.
// Errors: those of encode_alpha and write_metadata.
Result<std::vector<OwnedSection>> write_side_sections(ImageView image, ThreadPool& pool);

// A stream with sections of these payloads (without patches: none of them; a turn that changes
// nothing, a filter without classes: none), followed by `side_sections`.
Bytes assemble_stream(const StreamHeader& header, ByteSpan latents, ByteSpan patches,
                      const ColourTurn& turn, const PixelFilter& filter,
                      const std::vector<OwnedSection>& side_sections);

}  // namespace vaecomp
