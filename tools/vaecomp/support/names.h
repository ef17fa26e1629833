// Names of files, and text out of files, in what the program says.
#pragma once

#include <string>

namespace vaecomp {

// The name of a path in messages: "-" is spelled out.
std::string shown_name(const std::string& path, bool output);

// What follows the last dot of a file's name, in lower case: "jpg"; empty if there is none.
std::string lower_extension(const std::string& path);

// A name for a message of one line: as it is, or, where it holds what would steer a terminal or end
// the line (control characters, bytes that are no UTF-8), as bash and zsh read it back: $'a\nb'.
std::string quoted_name(const std::string& name);

// `text` with the same characters, but for line feeds, replaced by '?': text out of files may not
// steer the terminal.
std::string printable(const std::string& text);

}  // namespace vaecomp
