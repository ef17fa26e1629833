// The container alone: what is taken is written again as the same bytes.
#include "format/container.h"

#include "tests/fuzz/mutators/mutators.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"

namespace vaecomp::fuzz {
namespace {

void run(ByteSpan input) {
  const Result<Container> container = read_container(input);
  const Result<StreamInfo> info = probe(input);
  if (!container) {
    require_sound(container.error(), input.size());
    require(!info, "what is no container cannot be looked into");
    return;
  }
  const Bytes again = write_container(container->header, container->sections);
  // Lengths and sizes have one form (VC-01), so there is one stream for what was read.
  require(std::equal(again.begin(), again.end(), input.begin(), input.end()),
          "a container that was read is written as it was");
  if (!info) return require_sound(info.error(), input.size());
  std::uint64_t parts = info->overhead_bytes + info->latents_bytes + info->pixels_bytes;
  parts += info->alpha_bytes + info->patches_bytes + info->metadata_bytes;
  parts += info->filter_bytes + info->colours_bytes;
  require(parts == input.size(), "all bytes are counted once");
}

std::vector<Bytes> seeds() { return vectors_of("stream"); }

}  // namespace

extern const Target kContainer = {"container", run, seeds, mutate_stream, 3000};

}  // namespace vaecomp::fuzz
