// Permissions and times of regular files.
#include "tools/vaecomp/support/file_traits.h"

#include <filesystem>

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kAnyFile = 0666;  // a picture or a stream is nothing to execute

}  // namespace

FileTraits traits_of(const std::string& path, bool keep_times) {
  FileTraits traits;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (path == "-" || !fs::is_regular_file(status)) return traits;
  traits.mode = static_cast<unsigned>(status.permissions());
  if (keep_times) traits.times = file_times(path);
  return traits;
}

FileTraits traits_of_both(const std::string& first, const std::string& second) {
  FileTraits traits = traits_of(first, false);
  const FileTraits other = traits_of(second, false);
  if (other.mode) traits.mode = traits.mode.value_or(kAnyFile) & *other.mode;
  return traits;
}

unsigned new_file_mode(const FileTraits& like) {
  return like.mode.value_or(kAnyFile) & kAnyFile & ~file_mode_mask();
}

}  // namespace vaecomp
