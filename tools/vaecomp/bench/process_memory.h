// The main memory that this process takes.
#pragma once

#include <cstdint>
#include <optional>

namespace vaecomp {

// Gives memory that is allocated no more back to the system, where the C library does not by
// itself.
void return_freed_memory();

// Has the system's record of the largest resident set begin anew. A program that is started takes
// the record over, into what it is later said to have held at its peak. Whether that is possible.
bool forget_memory_peak();

// Measures by how much memory grows from its construction on, at most: freed memory is given back
// first, so that using it again counts. Linux only, and one at a time.
class MemoryGrowth {
 public:
  MemoryGrowth();

  // Bytes at the peak so far, beyond those at the beginning; nothing if the system does not tell.
  std::optional<std::uint64_t> peak() const;

 private:
  std::optional<std::uint64_t> before_;
};

}  // namespace vaecomp
