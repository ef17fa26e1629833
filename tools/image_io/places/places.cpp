// All kinds of metadata, each by its own way.
#include "tools/image_io/places/places.h"

#include "tools/image_io/places/place_names.h"

namespace vaecomp {

bool may_hold_place(const TextEntry& entry) {
  const std::string_view key = entry.key;
  constexpr std::string_view kHidden[] = {"Raw profile type ", "XML:com.adobe.xmp"};
  for (const std::string_view head : kHidden)
    if (key.starts_with(head)) return true;
  // ImageMagick's "exif:GPSLatitude".
  return names_place(key.substr(key.rfind(':') + 1)) || names_place(key);
}

std::vector<std::string> forget_places(Metadata& metadata) {
  std::vector<std::string> lost;
  const auto edit = [&lost](Bytes& block, bool (*forget)(Bytes&), const char* kind) {
    if (block.empty() || forget(block)) return;
    block.clear();
    lost.emplace_back(kind);
  };
  edit(metadata.exif, forget_exif_places, "EXIF");
  edit(metadata.xmp, forget_xmp_places, "XMP");
  edit(metadata.iptc, forget_iptc_places, "IPTC");
  std::erase_if(metadata.text, may_hold_place);
  return lost;
}

}  // namespace vaecomp
