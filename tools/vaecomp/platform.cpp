// POSIX and Windows variants of platform.h.
#include "tools/vaecomp/platform.h"

#include <csignal>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <unistd.h>
#endif

namespace vaecomp {

#ifdef _WIN32

bool is_terminal(std::FILE* stream) { return _isatty(_fileno(stream)) != 0; }
void use_binary_mode(std::FILE* stream) { _setmode(_fileno(stream), _O_BINARY); }
bool is_writable(const std::filesystem::path& path) { return _waccess(path.c_str(), 2) == 0; }
void ignore_closed_pipes() {}
void write_from_handler(const char*, std::size_t) {}

#else

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) != 0; }
void use_binary_mode(std::FILE*) {}
bool is_writable(const std::filesystem::path& path) { return access(path.c_str(), W_OK) == 0; }
void ignore_closed_pipes() { std::signal(SIGPIPE, SIG_IGN); }

void write_from_handler(const char* text, std::size_t size) {
  // Nothing can be done about a failure here.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, size);
}

#endif

}  // namespace vaecomp
