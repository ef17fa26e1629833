// Ctrl-C (SIGINT), SIGTERM and SIGHUP: unfinished output is removed, then the process ends with the
// code 128 and the signal's number: 130, 143, 129.
#pragma once

#include <filesystem>
#include <string>

#include "tools/vaecomp/support/platform.h"

namespace vaecomp {

// Installs the handlers; called once by main().
void install_interrupt_handlers();

// While it lives, an interrupt waits, on whichever thread it comes; and once one has come, nothing
// gets past the constructor. For creating a file and telling RemovedOnInterrupt of it in one piece,
// and for giving it its name.
class InterruptsHeld {
 public:
  InterruptsHeld();
  ~InterruptsHeld();
  InterruptsHeld(const InterruptsHeld&) = delete;
  InterruptsHeld& operator=(const InterruptsHeld&) = delete;

 private:
  SignalsHeld signals_;  // or the handler could wait for the thread that it interrupted
};

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
