// Alpha and metadata from their sections.
#include "codec/decoder/side_sections.h"

#include <utility>

#include "codec/decoder/dec_lossless.h"

namespace vaecomp {

Result<SideSections> read_side_sections(const Container& container, ThreadPool& pool) {
  Result<Metadata> metadata = read_metadata(container);
  if (!metadata) return metadata.error();
  SideSections side{.metadata = *std::move(metadata), .alpha = std::nullopt};
  const Section* section = container.find(kTagAlpha);
  if (section == nullptr) return side;
  const Progress silent;
  Result<ExactRows> alpha =
      open_planes(*section, 0, container.header, 1, pool, StageProgress(silent));
  if (!alpha) {
    Error error = alpha.error();
    error.text = "alpha: " + error.text;
    return error;
  }
  side.alpha = *std::move(alpha);
  return side;
}

}  // namespace vaecomp
