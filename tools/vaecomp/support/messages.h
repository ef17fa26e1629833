// Warnings and notes: what a command says on stderr although it goes on.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/image_io/remark.h"
#include "tools/vaecomp/support/status.h"

namespace vaecomp {

// How much is said. Failures are always shown.
struct MessageArgs {
  bool quiet = false;    // no warnings, no progress, no summary
  bool verbose = false;  // also notes: what is not kept although nothing looks different
  bool strict = false;   // a warning is a failure
};

// Declares --quiet, -v and --strict.
void add_message_options(CLI::App& command, MessageArgs& args);

// Whether a remark is a warning: something may look different or be missed. Others are notes.
bool is_warning(const Remark& remark);

// "text (at byte 12)".
std::string remark_text(const Remark& remark);

// "vaecomp: FILE: warning: text (at byte 12)" for each remark that is to be shown, in order,
// without line ends.
std::vector<std::string> remark_lines(const std::string& subject, const Remarks& remarks,
                                      const MessageArgs& args);

// The failure that --strict makes of the first warning among the remarks, if there is one.
Status refuse_if_strict(const std::string& subject, const Remarks& remarks,
                        const MessageArgs& args);

// Shows the remarks of a command that works on a single file; fails as refuse_if_strict does.
Status show_remarks(const std::string& subject, const Remarks& remarks, const MessageArgs& args);

}  // namespace vaecomp
