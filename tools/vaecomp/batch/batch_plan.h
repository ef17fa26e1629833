// Which files a command works on, and what each becomes: decided and checked before any work.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
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
  Status refused = {};            // why it is not worked on: another file becomes this output
};

struct BatchPlan {
  std::vector<PlannedFile> files;
  // One input to the very name that the user gave. Otherwise outputs have derived names: they lie
  // in a folder, and one that exists is only replaced on demand.
  bool single = false;
  // Files in folders that are not taken: their extension is another, or it would be taken but they
  // are hidden.
  std::uint64_t left_alone = 0;
};

// How a command names things.
struct NamingRules {
  std::span<const std::string_view> taken;  // extensions of files in folders: ".png", lower case
  std::string output_extension;             // "vaec"
  std::function<std::filesystem::path(std::filesystem::path)> derived_name;  // of an input's
  const char* way_out = nullptr;  // an option that tells names apart which differ in the extension
};

// Expands the inputs. OUT is a folder if there are several inputs, if one of them is a folder, if
// it ends with a slash or is a folder already. A file gets the name that the rules derive; with
// --recursive, what lies below a given folder keeps its path from there. Hidden files and folders
// (".name") below it are left alone; those that systems put beside pictures ("._name", Thumbs.db)
// are not even counted. Refuses, before anything is written, an output that is an input. Of two
// inputs that would become the same output, the second is marked as refused. A file that does not
// exist is no failure yet: it fails in its turn. Folders without any file to take are a failure.
// Errors: kInvalidArgument, kIo.
Status plan_batch(const BatchArgs& args, const NamingRules& rules, BatchPlan& plan);

// "1 other file left alone", "2 other files left alone".
std::string left_alone_text(std::uint64_t count);

}  // namespace vaecomp
