// The threads that training computes with: one pool for the process.
#pragma once

#include <functional>

namespace vaecomp::training {

// Computes with so many threads from now on; not while others compute. At least 1.
void set_threads(int threads);

// Calls task(i) for i = 0 .. count - 1, on any thread, and returns when all have returned. Denormal
// numbers count as zero meanwhile, as gradients of dying channels become such, which are 100 times
// slower.
void parallel_tasks(int count, const std::function<void(int)>& task);

}  // namespace vaecomp::training
