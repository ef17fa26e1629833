// Alpha and metadata to sections and back.
#include "codec/pipeline/side_sections.h"

#include <iterator>
#include <utility>

#include "codec/alpha/alpha_plane.h"
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

Result<void> read_side_sections(const Container& container, Image& image) {
  Result<Metadata> metadata = read_metadata(container);
  if (!metadata) return metadata.error();
  image.metadata = *std::move(metadata);
  const Section* section = container.find(kTagAlpha);
  if (section == nullptr) return {};
  const StreamHeader& header = container.header;
  Result<std::vector<std::uint16_t>> alpha =
      decode_alpha(*section, static_cast<int>(header.width), static_cast<int>(header.height),
                   header.is_16_bit() ? 2 : 1);
  if (!alpha) return alpha.error();
  image.alpha = *std::move(alpha);
  return {};
}

}  // namespace vaecomp
