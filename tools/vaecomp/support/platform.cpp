// POSIX and Windows variants of platform.h.
#include "tools/vaecomp/support/platform.h"

#include <csignal>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <unistd.h>

#include <cstring>
#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#endif
#endif

namespace vaecomp {

#ifdef _WIN32

bool is_terminal(std::FILE* stream) { return _isatty(_fileno(stream)) != 0; }
void use_binary_mode(std::FILE* stream) { _setmode(_fileno(stream), _O_BINARY); }
bool is_writable(const std::filesystem::path& path) { return _waccess(path.c_str(), 2) == 0; }
std::uint64_t physical_memory() { return 0; }
// There, handlers run in a thread of their own.
SignalsHeld::SignalsHeld() = default;
SignalsHeld::~SignalsHeld() = default;
void prepare_heap() {}
void ignore_closed_pipes() {}
void write_from_handler(const char*, std::size_t) {}

#else

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) != 0; }
void use_binary_mode(std::FILE*) {}
bool is_writable(const std::filesystem::path& path) { return access(path.c_str(), W_OK) == 0; }

std::uint64_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * page : 0;
}

// Loading the model touches 30 MB, and every page of 4 KiB costs a fault of about 2 microseconds: a
// quarter of the time in which a small picture is decoded.
void prepare_heap() {
#ifdef __GLIBC__
  constexpr int kLargestPermitted = 32 << 20, kHeap = 64 << 20, kLargePage = 2 << 20;
  mallopt(M_MMAP_THRESHOLD, kLargestPermitted);
  mallopt(M_TRIM_THRESHOLD, 2 * kHeap);
  // The heap grows to this size at once; large pages fit into that, and none is taken unless used.
  mallopt(M_TOP_PAD, kHeap);
  void* volatile block = std::malloc(kLargePage);  // volatile: compilers may leave such a pair out
  std::free(block);
  mallopt(M_TOP_PAD, kLargePage);
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(sbrk(0)) / kLargePage * kLargePage;
  madvise(reinterpret_cast<void*>(end - kHeap), kHeap, MADV_HUGEPAGE);
#endif
}

SignalsHeld::SignalsHeld() {
  static_assert(sizeof(sigset_t) <= sizeof before_);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::memcpy(before_, &before, sizeof before);
}

SignalsHeld::~SignalsHeld() {
  sigset_t before;
  std::memcpy(&before, before_, sizeof before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ignore_closed_pipes() { std::signal(SIGPIPE, SIG_IGN); }

void write_from_handler(const char* text, std::size_t size) {
  // Nothing can be done about a failure here.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, size);
}

#endif

}  // namespace vaecomp
