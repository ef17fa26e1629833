// How a command ends: done, or a failure that names the file it is about.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "format/error.h"
#include "tools/vaecomp/support/names.h"

namespace vaecomp {

inline constexpr int kExitSignal = 128;  // and the signal's number: as shells report it

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

// "vaecomp: FILE: text (at byte 12; VC-09)" without a line end, always one line: the file's name as
// quoted_name() gives it, control characters of the text as '?'.
std::string failure_line(const Failure& failure);

}  // namespace vaecomp
