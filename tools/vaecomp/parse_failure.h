// What a line that cannot be parsed is told.
#pragma once

#include <CLI/CLI.hpp>

#include "tools/vaecomp/support/status.h"

namespace vaecomp {

// A sentence that says what is wrong with the line and what to type, instead of the parser's.
// Precondition: parsing the line with `app` threw `error`.
Failure parse_failure(const CLI::App& app, const CLI::ParseError& error, int argc,
                      const char* const* argv);

}  // namespace vaecomp
