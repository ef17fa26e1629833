// How a command ends: done, or a failure that names the file it is about.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "format/error.h"

namespace vaecomp {

inline constexpr int kExitInterrupted = 130;  // as a shell reports SIGINT

struct Failure {
  std::string subject;  // path as the user wrote it, or empty
  Error error;
  bool shown = false;  // its line is on stderr already
};

// Empty: the command is done.
using Status = std::optional<Failure>;

inline Failure usage_error(std::string text, std::string subject = {}) {
  return {std::move(subject), {ErrorCode::kInvalidArgument, std::move(text)}};
}

// "vaecomp: FILE: text (at byte 12; VC-09)" without a line end. Control characters of the file's
// name are shown as '?', so that it is always one line.
std::string failure_line(const Failure& failure);

// The name of a path in messages: "-" is spelled out.
std::string shown_name(const std::string& path, bool output);

// `text` with control characters other than line feed replaced by '?': text out of files may not
// steer the terminal.
std::string printable(std::string text);

}  // namespace vaecomp
