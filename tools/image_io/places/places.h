// Takes places out of metadata and leaves the rest as it is.
//
// Each function returns false, and leaves its argument in an unspecified state, if that cannot be
// done without a doubt, because the block is malformed or unusual: then only leaving out all of it
// is safe.
#pragma once

#include <string>
#include <vector>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The GPS directory of an EXIF block: its entry goes, its bytes become zeros. So do copies of XMP,
// IPTC and Photoshop resources that a directory may hold. What a maker's note says in its maker's
// code stays.
[[nodiscard]] bool forget_exif_places(Bytes& exif);

// Properties and fields of an XMP packet whose names tell a place, see place_names.h.
[[nodiscard]] bool forget_xmp_places(Bytes& xmp);

// In Photoshop image resources: IPTC's datasets on places (IIM 4.2, 2:26, 2:27, 2:90 to 2:101), the
// places of the XMP packet there, and the copy of the EXIF block there; the checksum of what is
// changed goes, too.
[[nodiscard]] bool forget_iptc_places(Bytes& resources);

// Whether a text is about a place by its key, or hides a whole block of metadata.
bool may_hold_place(const TextEntry& entry);

// What of the metadata held places, without them. Returns the names of the kinds that were left
// out whole because they could not be edited: "EXIF", "XMP", "IPTC".
std::vector<std::string> forget_places(Metadata& metadata);

}  // namespace vaecomp
