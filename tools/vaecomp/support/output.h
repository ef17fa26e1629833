// Writes results so that a file is either whole or not there.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "tools/vaecomp/support/file_traits.h"
#include "tools/vaecomp/support/interrupt.h"
#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Says before any work whether `path` can become the output of a command that reads `input`: it is
// no folder, not the input itself, can be written, and, for "-", standard output is no terminal.
// With `force`, a file that is protected from writing may be replaced all the same.
Status check_output(const std::string& path, const std::string& input, bool force = false);

struct WriteOptions {
  FileTraits like =
      {};  // of a new file; an older one's permissions stay, because they are its owner's choice
  bool replace = true;  // if not, a file of this name that has come to be meanwhile is a failure
  bool sync = false;    // the file is on the disk, and its name too, before commit() returns
};

// An output that is written piece by piece. A regular file is written beside its final place, where
// nobody else may read it, and renamed by commit(); without that, on failure or interrupt, nothing
// is left behind and an older file stays as it was. Links are followed, whether they lead to a file
// yet or not. What replaces a file has its owner and group, if this process may give them, and its
// permissions. Standard output ("-"), devices and pipes are written directly.
class OutputFile {
 public:
  OutputFile(std::string path, WriteOptions options)
      : path_(std::move(path)), options_(std::move(options)) {}
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // First of all, once. Then write() as often as there is something, then commit().
  Status open();
  Status write(ByteSpan bytes);
  Status commit();

  std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  Status failure(const char* what, int error_number) const;

  const std::string path_;
  const WriteOptions options_;
  std::FILE* file_ = nullptr;
  std::uint64_t bytes_written_ = 0;
  // Of a regular file:
  std::filesystem::path target_, temporary_;  // where it goes, and where it is until then
  unsigned mode_ = 0;
  std::optional<FileOwner> owner_;  // of the file that is replaced
  std::optional<RemovedOnInterrupt> guard_;
};

// Writes `bytes` to `path` as an OutputFile.
Status write_output(const std::string& path, ByteSpan bytes, const WriteOptions& options = {});

// Writes text to standard output.
Status print(const std::string& text);

}  // namespace vaecomp
