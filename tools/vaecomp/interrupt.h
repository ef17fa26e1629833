// Ctrl-C and SIGTERM: unfinished output is removed, then the process ends with code 130.
#pragma once

#include <filesystem>
#include <string>

namespace vaecomp {

// Installs the handlers; called once by main().
void install_interrupt_handlers();

// While it lives, an interrupt removes the file at this path. Does not touch the file otherwise.
class RemovedOnInterrupt {
 public:
  explicit RemovedOnInterrupt(const std::filesystem::path& path);
  ~RemovedOnInterrupt();
  RemovedOnInterrupt(const RemovedOnInterrupt&) = delete;
  RemovedOnInterrupt& operator=(const RemovedOnInterrupt&) = delete;

 private:
  std::string path_;  // the handler reads its characters, so it never moves
  int slot_ = -1;
};

}  // namespace vaecomp
