// Temporary file in the same folder, then rename.
#include "tools/vaecomp/support/output.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <random>

#include "tools/vaecomp/support/interrupt.h"
#include "tools/vaecomp/support/platform.h"

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

constexpr int kNameAttempts = 100;

Failure io_failure(const std::string& path, const std::string& what, int error_number) {
  return {shown_name(path, true), {ErrorCode::kIo, what + ": " + std::strerror(error_number)}};
}

// Writes, flushes and closes; 0 or the first error's number. Closes `file` in any case but
// stdout's.
int write_and_close(std::FILE* file, ByteSpan bytes) {
  errno = 0;
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const bool flushed = std::fflush(file) == 0;
  const int error_number = written && flushed ? 0 : errno != 0 ? errno : EIO;
  if (file == stdout) return error_number;
  const bool closed = std::fclose(file) == 0;
  return error_number != 0 ? error_number : closed ? 0 : errno;
}

// The file that a symbolic link stands for, so that the link survives the rename.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  const fs::path target =
      fs::is_symlink(fs::symlink_status(path, error)) ? fs::weakly_canonical(path, error) : path;
  return error ? path : target;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// Creates a new file beside `target` and names it in `temporary`; null with errno set on failure.
std::FILE* create_temporary(const fs::path& target, fs::path& temporary) {
  std::random_device random;
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    char suffix[24];
    std::snprintf(suffix, sizeof suffix, ".%08x.tmp", static_cast<unsigned>(random()));
    temporary = folder_of(target) / ("." + target.filename().string() + suffix);
    // "x": fails if the file exists, so nobody's file or link is followed.
    std::FILE* file = std::fopen(temporary.string().c_str(), "wbx");
    if (file != nullptr || errno != EEXIST) return file;
  }
  return nullptr;
}

Status write_by_rename(const std::string& path, ByteSpan bytes) {
  const fs::path target = resolved(path);
  fs::path temporary;
  std::FILE* file = nullptr;
  std::optional<RemovedOnInterrupt> guard;
  {
    const InterruptsHeld held;
    file = create_temporary(target, temporary);
    if (file == nullptr) return io_failure(path, "cannot be created", errno);
    guard.emplace(temporary);
  }
  std::error_code error;
  if (const int error_number = write_and_close(file, bytes); error_number != 0) {
    fs::remove(temporary, error);
    return io_failure(path, "cannot be written", error_number);
  }
  // An older file's permissions are its owner's choice.
  if (const fs::file_status old = fs::status(target, error); fs::is_regular_file(old)) {
    fs::permissions(temporary, old.permissions(), error);
  }
  {
    // Or the handler could remove the file in between, and its absence be told as an error.
    const InterruptsHeld held;
    fs::rename(temporary, target, error);
  }
  if (error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    return io_failure(path, "cannot be renamed into place", error.value());
  }
  return std::nullopt;
}

}  // namespace

Status check_output(const std::string& path, const std::string& input) {
  if (path == "-") {
    if (is_terminal(stdout)) {
      return usage_error("refusing to write binary data to a terminal: use -o FILE or a pipe");
    }
    return std::nullopt;
  }
  if (path.empty()) return usage_error("the output's name is empty");
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) {
    return Failure{path, {ErrorCode::kIo, "is a directory"}};
  }
  if (fs::exists(status)) {
    if (input != "-" && fs::equivalent(path, input, error)) {
      return usage_error("input and output are the same file", path);
    }
    if (!is_writable(path)) return io_failure(path, "cannot be written", EACCES);
    return std::nullopt;
  }
  const fs::path folder = folder_of(path);
  if (!fs::is_directory(folder, error)) {
    return io_failure(path, "cannot be created: no folder " + folder.string(), ENOENT);
  }
  if (!is_writable(folder)) return io_failure(path, "cannot be created", EACCES);
  return std::nullopt;
}

Status write_output(const std::string& path, ByteSpan bytes) {
  if (path == "-") {
    use_binary_mode(stdout);
    const int error_number = write_and_close(stdout, bytes);
    if (error_number != 0) return io_failure(path, "cannot be written", error_number);
    return std::nullopt;
  }
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status) || fs::is_regular_file(status)) return write_by_rename(path, bytes);
  std::FILE* device = std::fopen(path.c_str(), "wb");
  const int error_number = device == nullptr ? errno : write_and_close(device, bytes);
  if (error_number != 0) return io_failure(path, "cannot be written", error_number);
  return std::nullopt;
}

Status print(const std::string& text) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  const int error_number = write_and_close(stdout, {data, text.size()});
  // A reader that closes the pipe has seen what it wanted, as `head` does.
  if (error_number != 0 && error_number != EPIPE) {
    return io_failure("-", "cannot be written", error_number);
  }
  return std::nullopt;
}

}  // namespace vaecomp
