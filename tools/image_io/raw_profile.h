// ImageMagick's and exiftool's way to keep profiles in PNG texts: hexadecimal, under keys such as
// "Raw profile type exif".
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Moves texts that hold an EXIF block, an XMP packet, an ICC profile or IPTC (as a record or as
// Photoshop resources) to their place in the metadata if that is empty and the text is well-formed;
// others stay texts.
void unpack_raw_profiles(Metadata& metadata);

}  // namespace vaecomp
