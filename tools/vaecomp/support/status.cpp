// Failures as lines of text.
#include "tools/vaecomp/support/status.h"

#include <algorithm>

namespace vaecomp {

std::string printable(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7F) c = '?';
  }
  return text;
}

std::string failure_line(const Failure& failure) {
  std::string line = "vaecomp: ";
  if (!failure.subject.empty()) line += failure.subject + ": ";
  line = printable(line + failure.error.message());
  std::replace(line.begin(), line.end(), '\n', '?');
  return line;
}

std::string shown_name(const std::string& path, bool output) {
  if (path != "-") return path;
  return output ? "standard output" : "standard input";
}

}  // namespace vaecomp
