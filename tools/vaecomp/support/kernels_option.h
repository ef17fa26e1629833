// --kernels: which of the instruction sets that this processor has to compute with.
#pragma once

#include <CLI/CLI.hpp>

namespace vaecomp {

// What is chosen holds for the whole process.
void add_kernels_option(CLI::App& command);

}  // namespace vaecomp
