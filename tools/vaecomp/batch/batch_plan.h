// Which files a command works on, and what each becomes: decided and checked before any work.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/vaecomp/batch/batch_options.h"
#include "tools/vaecomp/support/status.h"

namespace vaecomp {

struct PlannedFile {
  std::string input, output;      // paths, or "-"
  std::uint64_t input_bytes = 0;  // 0 where it is not known
};

struct BatchPlan {
  std::vector<PlannedFile> files;
  // One input to the very name that the user gave. Otherwise outputs have derived names: they lie
  // in a folder, and one that exists is only replaced on demand.
  bool single = false;
  std::uint64_t left_alone = 0;  // files in folders whose extension is not taken
};

// How a command names things.
struct NamingRules {
  std::span<const std::string_view> taken;  // extensions of files in folders: ".png", lower case
  std::string output_extension;             // ".vaec"; replaces the input's
};

// Expands the inputs. OUT is a folder if there are several inputs, if one of them is a folder, if
// it ends with a slash or is a folder already. A file keeps its name but for the extension; with
// --recursive, what lies below a given folder keeps its path from there. Refuses, before anything
// is written: two inputs that would become the same output, and an output that is an input. A file
// that does not exist is no failure yet: it fails in its turn. Folders without any file to take are
// a failure. Errors: kInvalidArgument, kIo.
Status plan_batch(const BatchArgs& args, const NamingRules& rules, BatchPlan& plan);

}  // namespace vaecomp
