// Writes results so that a file is either whole or not there.
#pragma once

#include <string>

#include "tools/vaecomp/support/file_traits.h"
#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Says before any work whether `path` can become the output of a command that reads `input`: it is
// no folder, not the input itself, can be written, and, for "-", standard output is no terminal.
// With `force`, a file that is protected from writing may be replaced all the same.
Status check_output(const std::string& path, const std::string& input, bool force = false);

struct WriteOptions {
  FileTraits like =
      {};  // of a new file; an older one's permissions stay, because they are its owner's choice
  bool replace = true;  // if not, a file of this name that has come to be meanwhile is a failure
};

// Writes `bytes` to `path`, or to standard output for "-". A regular file is written beside its
// final place, where nobody else may read it, and renamed; on failure or interrupt nothing is left
// behind and an older file stays as it was. Links are followed, whether they lead to a file yet or
// not. Devices and pipes are written directly.
Status write_output(const std::string& path, ByteSpan bytes, const WriteOptions& options = {});

// Writes text to standard output.
Status print(const std::string& text);

}  // namespace vaecomp
