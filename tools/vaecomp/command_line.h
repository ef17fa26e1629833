// The whole program but main().
#pragma once

namespace vaecomp {

// Parses the arguments, runs the command, prints a failure as one line on stderr, returns the exit
// code.
int run_command_line(int argc, const char* const* argv);

}  // namespace vaecomp
