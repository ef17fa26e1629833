// The sections beside the latents: alpha and metadata (SPEC.md sections 1.1 and 1.2).
#pragma once

#include <optional>

#include "codec/base/thread_pool.h"
#include "codec/lossless/exact_rows.h"
#include "format/container.h"
#include "format/metadata.h"

namespace vaecomp {

struct SideSections {
  Metadata metadata;
  std::optional<ExactRows> alpha;  // one plane; none in a lossless stream
};

// Errors: those of ExactRows::open, with the offset in the file, and of read_metadata.
Result<SideSections> read_side_sections(const Container& container, ThreadPool& pool);

}  // namespace vaecomp
