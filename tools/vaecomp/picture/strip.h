// --strip: which metadata an encoded picture does without.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Adds --strip; `kinds` gets the names given.
void add_strip_option(CLI::App& command, std::vector<std::string>& kinds);

// Removes the named kinds: all, exif, icc (with PNG's chunks on colour), xmp, text.
void strip(Metadata& metadata, const std::vector<std::string>& kinds);

}  // namespace vaecomp
