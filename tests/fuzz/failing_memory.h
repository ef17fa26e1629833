// Allocations that fail when they are told to. Linked into a program, failing_memory.cpp takes the
// place of operator new, and the build lets calloc() of this project's own code go through it;
// what other libraries take by themselves does not fail.
#pragma once

#include <cstdint>

namespace vaecomp::fuzz {

// While one of these exists, the allocation that has `before` others before it fails, and, if
// `all`, every one after it. One at a time, in one thread; allocations of other threads count too.
class FailingMemory {
 public:
  FailingMemory(std::uint64_t before, bool all);
  ~FailingMemory();
  FailingMemory(const FailingMemory&) = delete;
  FailingMemory& operator=(const FailingMemory&) = delete;

  // Whether one has failed so far.
  bool failed() const;
};

}  // namespace vaecomp::fuzz
