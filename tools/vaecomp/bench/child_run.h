// Runs other programs and measures what they take.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format/error.h"
#include "tools/vaecomp/bench/measurement.h"

namespace vaecomp {

struct ChildRun {
  RunTime time;
  // Bytes of main memory at its peak. The system's record begins with the memory of the process
  // that starts it: keep that small.
  std::uint64_t memory = 0;
};

// Runs a program, found on the PATH, with its arguments; it has no input and its words go nowhere.
// Errors: kIo (it cannot be started, or fails), kUnsupportedFeature (on systems without processes
// as POSIX has them).
Result<ChildRun> run_child(const std::vector<std::string>& words);

// Whether there is a program of this name on the PATH.
bool is_installed(const std::string& program);

// The path of the program that is running, or "vaecomp" where the system does not tell.
std::string own_program();

}  // namespace vaecomp
