// Alpha and metadata from their sections.
#include "codec/decoder/side_sections.h"

#include <utility>

namespace vaecomp {

Result<SideSections> read_side_sections(const Container& container) {
  Result<Metadata> metadata = read_metadata(container);
  if (!metadata) return metadata.error();
  SideSections side{.metadata = *std::move(metadata), .alpha = std::nullopt};
  const Section* section = container.find(kTagAlpha);
  if (section == nullptr) return side;
  const StreamHeader& header = container.header;
  Result<AlphaRows> alpha =
      AlphaRows::open(*section, static_cast<int>(header.width), static_cast<int>(header.height),
                      header.is_16_bit() ? 2 : 1);
  if (!alpha) return alpha.error();
  side.alpha = *std::move(alpha);
  return side;
}

}  // namespace vaecomp
