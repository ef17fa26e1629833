// What an output takes over from the file it was made of.
#pragma once

#include <optional>
#include <string>

#include "tools/vaecomp/support/platform.h"

namespace vaecomp {

struct FileTraits {
  std::optional<unsigned> mode;    // permission bits; nothing: those of any new file
  std::optional<FileTimes> times;  // nothing: now
};

// Those of the file at `path`, its times if they are to be kept; nothing of standard input ("-"),
// devices and pipes. To be asked before the file is read, which may change the time of access.
FileTraits traits_of(const std::string& path, bool keep_times);

// Those of an output that shows what is in both: as open as the less open one, of now.
FileTraits traits_of_both(const std::string& first, const std::string& second);

// The permission bits of a new output: the input's, but for those to execute, and never more than
// the process's mask leaves.
unsigned new_file_mode(const FileTraits& like);

}  // namespace vaecomp
