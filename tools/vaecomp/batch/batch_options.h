// Options of the commands that work on one file or on many.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/vaecomp/support/messages.h"

namespace vaecomp {

struct BatchArgs {
  std::vector<std::string> inputs;  // files and folders, or "-"
  std::string output;               // a file, a folder, or "-"
  bool recursive = false;
  bool overwrite = false;         // at most one of this and the two others
  bool no_overwrite = false;      // what exists is a failure
  bool skip_existing = false;     // what exists is left out
  bool preserve = false;          // outputs get the times of their inputs
  bool sync = false;              // outputs are on the disk before a file counts as done
  std::string progress = "auto";  // or "plain", "none"
  std::string report;             // .csv or .json; empty: none
  MessageArgs messages;
};

// Declares IN..., -o and everything that many files need. `what` and `to` describe IN and OUT.
void add_batch_options(CLI::App& command, BatchArgs& args, const std::string& what,
                       const std::string& to);

}  // namespace vaecomp
