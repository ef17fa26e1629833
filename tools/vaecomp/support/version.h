// vaecomp --version.
#pragma once

#include "tools/vaecomp/support/status.h"

namespace vaecomp {

// Prints the version, the built-in model, the kernels in use on this processor and the libraries.
Status print_version();

}  // namespace vaecomp
