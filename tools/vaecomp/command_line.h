// The whole program but main().
#pragma once

#include <CLI/CLI.hpp>

#include "tools/vaecomp/support/options.h"

namespace vaecomp {

// Declares every command with its options and examples to an empty parser. The parser fills
// `selected`, which must outlive it.
void declare_program(CLI::App& app, Selected& selected);

// Parses the arguments, runs the command, prints a failure as one line on stderr, returns the exit
// code.
int run_command_line(int argc, const char* const* argv);

}  // namespace vaecomp
