// --strip: which metadata an encoded picture does without.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/image_io/remark.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Adds --strip; `kinds` gets what was given: names of kinds, several joined by commas.
void add_strip_option(CLI::App& command, std::vector<std::string>& kinds);

// Removes the named kinds: all; exif; icc (with PNG's chunks on colours); xmp; text; iptc; density;
// gps (places, wherever they are); private (whatever can hold a place, a name, a serial number or
// a time: exif, xmp, text, iptc, tIME). A note names what was left out whole because places could
// not be taken out of it; it is a warning that an orientation goes that pixels still need.
void strip(Metadata& metadata, const std::vector<std::string>& kinds, Remarks& remarks);

}  // namespace vaecomp
