// Manual pages in roff, with the classic macros of man(7).
#pragma once

#include <string>

#include "tools/pages/command_tree.h"

namespace vaecomp {

// "vaecomp-model-info.1".
std::string man_page_file(const Command& command);

// The page of `command`, which is `root` or below it. Sections of its footer ("Examples:", indented
// lines) become sections of the page. `version`: of the program. No date: equal sources give equal
// pages.
std::string man_page(const Command& command, const Command& root, const std::string& version);

}  // namespace vaecomp
