// Versions of the libraries that read and write picture files.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace vaecomp {

// Names and versions: of the library that is loaded, where it can tell, else of its headers.
std::vector<std::pair<std::string, std::string>> image_library_versions();

}  // namespace vaecomp
