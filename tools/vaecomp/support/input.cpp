// Reading in growing steps, because a pipe does not tell its size.
#include "tools/vaecomp/support/input.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "tools/image_io/picture_end.h"
#include "tools/vaecomp/support/platform.h"

namespace vaecomp {
namespace {

constexpr std::size_t kFirstStep = 64 << 10;

// What follows a picture in a pipe is read so far, to tell what it is; and no farther, as there may
// be no end.
constexpr std::uint64_t kMostBehind = 16 << 20;

Error io_error(const char* what) {
  return {ErrorCode::kIo, std::string(what) + ": " + std::strerror(errno)};
}

// `expected`: the file's size, if it has one.
Result<Bytes> read_stream(std::FILE* stream, std::optional<std::uint64_t> expected) {
  Bytes bytes;
  std::optional<std::uint64_t> end;  // of the picture, once it is known
  std::size_t step = kFirstStep;
  while (true) {
    const std::size_t size = bytes.size();
    if (size >= kMaxInputBytes) {
      return Error{ErrorCode::kLimit, "the file is larger than 4 GiB", kMaxInputBytes};
    }
    bytes.resize(size + step);
    errno = 0;
    const std::size_t count = std::fread(bytes.data() + size, 1, step, stream);
    bytes.resize(size + count);
    if (std::ferror(stream) != 0) return io_error("cannot be read");
    if (count < step) return bytes;
    if (size == 0) {
      if (identify(bytes) == FileKind::kUnknown) return bytes;
      // One byte more than the rest, so that the end of the file is seen in the same step.
      if (expected)
        step = std::max<std::uint64_t>(step, std::min(*expected, kMaxInputBytes) - count + 1);
    } else {
      step = std::max<std::size_t>(kFirstStep, bytes.size() / 2);
    }
    if (expected) continue;
    if (!end) end = picture_end(bytes);
    if (!end) continue;
    if (bytes.size() >= *end + kMostBehind) return bytes;
    step = std::min<std::uint64_t>(step, *end + kMostBehind - bytes.size());
  }
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_file(const std::string& path) { return {std::fopen(path.c_str(), "rb"), std::fclose}; }

}  // namespace

Result<Bytes> read_head(const std::string& path) {
  const File file = open_file(path);
  if (!file) return io_error("cannot be opened");
  Bytes head(kHeadBytes);
  head.resize(std::fread(head.data(), 1, head.size(), file.get()));
  if (std::ferror(file.get()) != 0) return io_error("cannot be read");
  return head;
}

Result<Bytes> read_input(const std::string& path) {
  if (path == "-") {
    use_binary_mode(stdin);
    return read_stream(stdin, std::nullopt);
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return Error{ErrorCode::kIo, "is a directory, not a file"};
  }
  const File file = open_file(path);
  if (!file) return io_error("cannot be opened");
  std::error_code no_size;
  const std::uint64_t size = std::filesystem::file_size(path, no_size);
  if (no_size) return read_stream(file.get(), std::nullopt);
  return read_stream(file.get(), std::max<std::uint64_t>(size, kFirstStep));
}

}  // namespace vaecomp
