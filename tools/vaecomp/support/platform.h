// The few things that differ between operating systems.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>

namespace vaecomp {

bool is_terminal(std::FILE* stream);

// Stops line-end translation where there is one.
void use_binary_mode(std::FILE* stream);

// Whether this process may write to an existing file or create files in an existing folder.
bool is_writable(const std::filesystem::path& path);

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
// and asks the system for large pages.
void prepare_heap();

// Makes writing to a closed pipe an error instead of the end of the process.
void ignore_closed_pipes();

// Writes a constant to stderr from a signal handler.
void write_from_handler(const char* text, std::size_t size);

}  // namespace vaecomp
