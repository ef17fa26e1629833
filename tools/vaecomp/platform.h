// The few things that differ between operating systems.
#pragma once

#include <cstdio>
#include <filesystem>

namespace vaecomp {

bool is_terminal(std::FILE* stream);

// Stops line-end translation where there is one.
void use_binary_mode(std::FILE* stream);

// Whether this process may write to an existing file or create files in an existing folder.
bool is_writable(const std::filesystem::path& path);

// Makes writing to a closed pipe an error instead of the end of the process.
void ignore_closed_pipes();

// Writes a constant to stderr from a signal handler.
void write_from_handler(const char* text, std::size_t size);

}  // namespace vaecomp
