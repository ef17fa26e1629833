// Words for what is missing.
#include "tools/image_io/no_place.h"

#include "tools/image_io/colour_facts.h"
#include "tools/image_io/colour_profile.h"
#include "tools/image_io/left_out.h"

namespace vaecomp {

std::string kind_of(const PngChunk& chunk) {
  return chunk.type == kDensityChunk ? "density" : chunk.type;
}

Remark unsaid_colours(const std::string& space, std::string_view format) {
  return {RemarkKind::kColour, "a " + std::string(format) + " has no place for the colour space, " +
                                   space + ": colours will look different (.png keeps it)"};
}

void tell_all_is_left_out(const PictureHead& head, std::string_view format, Remarks* remarks) {
  if (remarks == nullptr) return;
  const Metadata& metadata = head.metadata;
  const ColourMeaning colours = colour_meaning(metadata, head.channels);
  if (!colours.is_srgb) add_remark(remarks, unsaid_colours(colours.name, format));
  LeftOut left_out;
  const auto add = [&left_out](bool there, const char* kind) {
    if (there) left_out.add(kind, kNoOffset);
  };
  add(!metadata.icc.empty() && colours.is_srgb, "ICC profile");
  add(!metadata.exif.empty(), "EXIF");
  add(!metadata.xmp.empty(), "XMP");
  add(!metadata.iptc.empty(), "IPTC");
  add(!metadata.text.empty(), "texts");
  for (const PngChunk& chunk : metadata.display)
    if (!is_about_colours(chunk)) left_out.add(kind_of(chunk), kNoOffset);
  left_out.tell(remarks);
}

}  // namespace vaecomp
