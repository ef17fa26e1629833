// Temporary file in the same folder, then rename.
#include "tools/vaecomp/support/output.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <random>
#include <utility>

#include "tools/vaecomp/support/platform.h"

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

constexpr int kNameAttempts = 100;
constexpr int kMaxLinks = 40;               // in a chain; Linux follows no more
constexpr std::size_t kLongestStem = 100;   // bytes of a name that a temporary one repeats
constexpr unsigned kPermissionBits = 0777;  // without setuid and its like

// Gives the group what everybody may do.
unsigned without_group(unsigned mode) { return (mode & ~070u) | (mode & (mode & 07u) << 3); }

Status io_failure(const std::string& path, const std::string& what, int error_number) {
  return Failure{shown_name(path, true),
                 {ErrorCode::kIo, what + ": " + std::strerror(error_number)}};
}

// Writes without flushing; 0 or the first error's number.
int write_some(std::FILE* file, ByteSpan bytes) {
  errno = 0;
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return written ? 0 : errno != 0 ? errno : EIO;
}

int flush(std::FILE* file) {
  errno = 0;
  return std::fflush(file) == 0 ? 0 : errno != 0 ? errno : EIO;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// Where an output goes and what is there.
struct Place {
  fs::path path;  // behind links
  fs::file_status status;
  int error_number = 0;  // why it cannot be told what is there
};

Place place_of(const std::string& name) {
  Place place{name, {}, 0};
  std::error_code error;
  place.status = fs::status(place.path, error);
  if (place.status.type() == fs::file_type::none) place.error_number = error.value();
  // The names of pipes and devices (/dev/stdout) may lead to nothing that has a path.
  if (fs::exists(place.status) && !fs::is_regular_file(place.status)) return place;
  for (int i = 0; i < kMaxLinks; ++i) {
    if (!fs::is_symlink(fs::symlink_status(place.path, error))) break;
    const fs::path link = fs::read_symlink(place.path, error);
    if (error) break;
    place.path = folder_of(place.path) / link;
  }
  return place;
}

// The beginning of a name that leaves room for a suffix, whatever the file system allows; not cut
// within a UTF-8 character, which some refuse.
std::string short_name(const fs::path& path) {
  const std::string name = path.filename().string();
  std::size_t size = std::min(name.size(), kLongestStem);
  while (size < name.size() && size > 0 && (name[size] & 0xC0) == 0x80) --size;
  return name.substr(0, size);
}

// Creates a new file beside `target` and names it in `temporary`; null with errno set on failure.
std::FILE* create_temporary(const fs::path& target, fs::path& temporary) {
  std::random_device random;
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    char suffix[24];
    std::snprintf(suffix, sizeof suffix, ".%08x.tmp", static_cast<unsigned>(random()));
    temporary = folder_of(target) / ("." + short_name(target) + suffix);
    std::FILE* file = create_private_file(temporary);
    if (file != nullptr || errno != EEXIST) return file;
  }
  return nullptr;
}

}  // namespace

Status check_output(const std::string& path, const std::string& input, bool force) {
  if (path == "-") {
    if (is_terminal(stdout)) {
      return usage_error("refusing to write binary data to a terminal: use -o FILE or a pipe");
    }
    return std::nullopt;
  }
  if (path.empty()) return usage_error("the output's name is empty");
  const Place place = place_of(path);
  if (place.error_number != 0) return io_failure(path, "cannot be written", place.error_number);
  if (fs::is_directory(place.status)) {
    return Failure{path, {ErrorCode::kIo, "is a directory"}};
  }
  if (fs::exists(place.status)) {
    std::error_code error;
    if (input != "-" && fs::equivalent(path, input, error)) {
      return usage_error("input and output are the same file", path);
    }
    const bool regular = fs::is_regular_file(place.status);
    const int reason = force && regular ? 0 : why_not_writable(path);
    if (reason != 0) return io_failure(path, "cannot be written", reason);
    if (!regular) return std::nullopt;
  }
  // A regular file comes to be beside the older one.
  const fs::path folder = folder_of(place.path);
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return io_failure(path, "cannot be created: no folder " + quoted_name(folder.string()), ENOENT);
  }
  if (const int reason = why_not_writable(folder); reason != 0) {
    return io_failure(path, "cannot be created in folder " + quoted_name(folder.string()), reason);
  }
  return std::nullopt;
}

OutputFile::~OutputFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove(temporary_, ignored);
}

Status OutputFile::failure(const char* what, int error_number) const {
  return io_failure(path_, what, error_number);
}

Status OutputFile::open() {
  if (path_ == "-") {
    use_binary_mode(stdout);
    file_ = stdout;
    return std::nullopt;
  }
  const Place place = place_of(path_);
  if (fs::exists(place.status) && !fs::is_regular_file(place.status)) {
    file_ = std::fopen(path_.c_str(), "wb");
    return file_ == nullptr ? failure("cannot be written", errno) : std::nullopt;
  }
  mode_ = fs::is_regular_file(place.status)
              ? static_cast<unsigned>(place.status.permissions()) & kPermissionBits
              : new_file_mode(options_.like);
  if (fs::is_regular_file(place.status)) owner_ = file_owner(place.path);
  target_ = place.path;
  const InterruptsHeld held;
  fs::path temporary;
  file_ = create_temporary(target_, temporary);
  if (file_ == nullptr) return failure("cannot be created", errno);
  temporary_ = temporary;
  guard_.emplace(temporary_);
  return std::nullopt;
}

Status OutputFile::write(ByteSpan bytes) {
  if (const int error_number = write_some(file_, bytes); error_number != 0)
    return failure("cannot be written", error_number);
  bytes_written_ += bytes.size();
  return std::nullopt;
}

Status OutputFile::commit() {
  int error_number = flush(file_);
  if (error_number != 0 || file_ == stdout)
    return error_number == 0 ? std::nullopt : failure("cannot be written", error_number);
  const bool regular = !temporary_.empty();
  if (regular) {
    // What the older file's group was allowed is not for another group.
    if (owner_ && !set_file_owner(file_, *owner_)) mode_ = without_group(mode_);
    set_file_mode(file_, mode_);  // or it stays private, or as its file system has all files
    if (options_.like.times) error_number = set_file_times(file_, *options_.like.times);
    if (error_number != 0) return failure("cannot be given the input's time", error_number);
  }
  if (regular && options_.sync) error_number = sync_file(file_);
  if (error_number != 0) return failure("cannot be written", error_number);
  if (std::fclose(std::exchange(file_, nullptr)) != 0) return failure("cannot be written", errno);
  if (!regular) return std::nullopt;
  // Or the handler could remove the file in between, and its absence be told as an error.
  const InterruptsHeld held;
  std::error_code error;
  if (options_.replace) {
    fs::rename(temporary_, target_, error);
    error_number = error.value();
  } else {
    error_number = rename_to_new(temporary_, target_);
  }
  if (error_number != 0) return failure("cannot be renamed into place", error_number);
  temporary_.clear();
  guard_.reset();
  if (options_.sync) error_number = sync_folder(folder_of(target_));
  if (error_number != 0) return failure("is there, but may not outlast a crash", error_number);
  return std::nullopt;
}

Status write_output(const std::string& path, ByteSpan bytes, const WriteOptions& options) {
  OutputFile output(path, options);
  if (Status failed = output.open()) return failed;
  if (Status failed = output.write(bytes)) return failed;
  return output.commit();
}

Status print(const std::string& text) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  int error_number = write_some(stdout, {data, text.size()});
  if (error_number == 0) error_number = flush(stdout);
  // A reader that closes the pipe has seen what it wanted, as `head` does.
  if (error_number != 0 && error_number != EPIPE) {
    return io_failure("-", "cannot be written", error_number);
  }
  return std::nullopt;
}

}  // namespace vaecomp
