// Writes results so that a file is either whole or not there.
#pragma once

#include <string>

#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Says before any work whether `path` can become the output of a command that reads `input`: it is
// no folder, not the input itself, can be written, and, for "-", standard output is no terminal.
Status check_output(const std::string& path, const std::string& input);

// Writes `bytes` to `path`, or to standard output for "-". A regular file is written beside its
// final place and renamed; on failure or interrupt nothing is left behind and an older file stays
// as it was. Devices and pipes are written directly.
Status write_output(const std::string& path, ByteSpan bytes);

// Writes text to standard output.
Status print(const std::string& text);

}  // namespace vaecomp
