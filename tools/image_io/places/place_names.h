// Words by which metadata name the place where a picture was taken or what it shows.
#pragma once

#include <string_view>

namespace vaecomp {

// True for the name, without its prefix, of an XMP property or a PNG text that holds a place:
// GPSLatitude, City, LocationShown, CiAdrCity, ... Upper and lower case count alike.
bool names_place(std::string_view name);

}  // namespace vaecomp
