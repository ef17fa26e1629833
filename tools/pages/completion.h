// Completion scripts for shells: commands, options, the values of options that have a fixed set,
// files where a file is wanted.
#pragma once

#include <string>

#include "tools/pages/command_tree.h"

namespace vaecomp {

// For bash 4 or newer; needs nothing of the bash-completion package.
std::string bash_completion(const Command& root);
// An autoloaded function for zsh.
std::string zsh_completion(const Command& root);
std::string fish_completion(const Command& root);

}  // namespace vaecomp
