// Linux keeps a process's largest resident set and begins anew when 5 is written to clear_refs
// (proc(5)).
#include "tools/vaecomp/bench/process_memory.h"

#include <cstdio>
#include <memory>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace vaecomp {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

// Bytes of the line "NAME:   N kB".
std::optional<std::uint64_t> status_entry(const char* format) {
  const File file(std::fopen("/proc/self/status", "r"));
  char line[256];
  while (file && std::fgets(line, sizeof line, file.get()) != nullptr) {
    unsigned long long kilobytes = 0;
    if (std::sscanf(line, format, &kilobytes) == 1) return kilobytes * 1024;
  }
  return std::nullopt;
}

}  // namespace

void return_freed_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

bool forget_memory_peak() {
  File file(std::fopen("/proc/self/clear_refs", "w"));
  if (!file || std::fputs("5", file.get()) < 0) return false;
  return std::fclose(file.release()) == 0;
}

MemoryGrowth::MemoryGrowth() {
  return_freed_memory();
  if (forget_memory_peak()) before_ = status_entry("VmRSS: %llu kB");
}

std::optional<std::uint64_t> MemoryGrowth::peak() const {
  const std::optional<std::uint64_t> most = status_entry("VmHWM: %llu kB");
  if (!before_ || !most) return std::nullopt;
  return *most > *before_ ? *most - *before_ : 0;
}

}  // namespace vaecomp
