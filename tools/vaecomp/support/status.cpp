// Failures as lines of text.
#include "tools/vaecomp/support/status.h"

#include <algorithm>

namespace vaecomp {

std::string failure_line(const Failure& failure) {
  std::string line = "vaecomp: ";
  if (!failure.subject.empty()) line += quoted_name(failure.subject) + ": ";
  line += printable(failure.error.message());
  std::replace(line.begin(), line.end(), '\n', '?');
  return line;
}

}  // namespace vaecomp
