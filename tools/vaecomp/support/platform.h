// The few things that differ between operating systems.
#pragma once

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>

namespace vaecomp {

bool is_terminal(std::FILE* stream);

// Stops line-end translation where there is one.
void use_binary_mode(std::FILE* stream);

// 0 if this process may write to an existing file or create files in an existing folder, else why
// not (errno).
int why_not_writable(const std::filesystem::path& path);

// Creates a file of which nobody but its owner may know what is in it; null with errno set on
// failure, EEXIST if there is something of this name.
std::FILE* create_private_file(const std::filesystem::path& path);

// The permission bits that new files of this process do without. Asked for once, best before there
// are threads.
unsigned file_mode_mask();

struct FileTimes {
  std::timespec accessed = {}, modified = {};  // since 1970
};

// Of a file that exists.
std::optional<FileTimes> file_times(const std::filesystem::path& path);

// Permission bits and times of a file that is open for writing; 0 or errno.
int set_file_mode(std::FILE* file, unsigned mode);
int set_file_times(std::FILE* file, const FileTimes& times);

struct FileOwner {
  unsigned user = 0, group = 0;
};

// Of a file that exists.
std::optional<FileOwner> file_owner(const std::filesystem::path& path);

// Gives a file that is open for writing an owner, or at least the group. False if neither could be:
// what the group may do is then not for the group that it has.
bool set_file_owner(std::FILE* file, const FileOwner& owner);

// Wait until what was written to a file, or the names of the files in a folder, are on the disk; 0
// or errno.
int sync_file(std::FILE* file);
int sync_folder(const std::filesystem::path& folder);

// Gives the file `from` the name `to` unless that is taken; 0 or errno, EEXIST if it is.
int rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to);

// Bytes of main memory, or 0 if the system does not tell.
std::uint64_t physical_memory();

// While it lives, this thread handles no signal: one that arrives waits, or another thread has it.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  std::uint64_t before_[16] = {};  // the system's signal mask
};

// Has the C library use freed memory again where it would hand it back to the system and ask anew,
// and asks the system for large pages. Keeps down what threads reserve.
void prepare_heap();

// Makes writing to a closed pipe, or more than a file may hold, an error instead of the end of the
// process.
void ignore_write_signals();

// Writes a constant to stderr from a signal handler.
void write_from_handler(const char* text, std::size_t size);

}  // namespace vaecomp
