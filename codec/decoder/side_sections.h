// The sections beside the latents: alpha, patches and metadata (SPEC.md sections 1.1, 1.2, 1.4).
#pragma once

#include <optional>

#include "codec/base/thread_pool.h"
#include "codec/decoder/patches.h"
#include "codec/lossless/exact_rows.h"
#include "format/container.h"
#include "format/metadata.h"

namespace vaecomp {

struct SideSections {
  Metadata metadata;
  std::optional<ExactRows> alpha;  // one plane
  std::optional<Patches> patches;
};

// Of a lossy stream. Errors: those of ExactRows::open and Patches::open, with the offset in the
// file, and of read_metadata.
Result<SideSections> read_side_sections(const Container& container, ThreadPool& pool);

}  // namespace vaecomp
