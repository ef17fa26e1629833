// Alpha and metadata to sections and back.
#include "codec/pipeline/side_sections.h"

#include <iterator>
#include <utility>

#include "codec/image/coded_colour.h"

namespace vaecomp {

Result<std::vector<OwnedSection>> write_side_sections(ImageView image) {
  std::vector<OwnedSection> sections;
  if (!is_opaque(image)) {
    Result<Bytes> alpha = encode_alpha(image.alpha, image.width, image.height, image.depth() / 8);
    if (!alpha) return alpha.error();
    sections.push_back({kTagAlpha, *std::move(alpha)});
  }
  if (image.metadata == nullptr) return sections;
  Result<std::vector<OwnedSection>> metadata = write_metadata(*image.metadata);
  if (!metadata) return metadata.error();
  std::move(metadata->begin(), metadata->end(), std::back_inserter(sections));
  return sections;
}

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
