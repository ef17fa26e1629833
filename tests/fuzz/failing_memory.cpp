// A counter in front of malloc().
#include "tests/fuzz/failing_memory.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>

namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max() / 2;

std::atomic<std::uint64_t> left = kNever;  // allocations that go well
std::atomic<bool> once_only = false, has_failed = false;

// Whether the allocation that asks is the one, or one of those, that fail.
bool must_fail() {
  if (left.load(std::memory_order_relaxed) >= kNever) return false;
  if (left.load() > 0) {
    left.fetch_sub(1);
    return false;
  }
  has_failed = true;
  if (once_only) left = kNever;
  return true;
}

void* taken(std::size_t size, std::size_t alignment) {
  if (must_fail()) return nullptr;
  if (size == 0) size = 1;
  if (alignment <= alignof(std::max_align_t)) return std::malloc(size);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* taken_or_thrown(std::size_t size, std::size_t alignment) {
  void* const memory = taken(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

namespace vaecomp::fuzz {

FailingMemory::FailingMemory(std::uint64_t before, bool all) {
  once_only = !all;
  has_failed = false;
  left = before;
}

FailingMemory::~FailingMemory() { left = kNever; }

bool FailingMemory::failed() const { return has_failed; }

}  // namespace vaecomp::fuzz

void* operator new(std::size_t size) { return taken_or_thrown(size, 1); }
void* operator new[](std::size_t size) { return taken_or_thrown(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return taken_or_thrown(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return taken_or_thrown(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return taken(size, 1); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return taken(size, 1); }

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

// The linker's --wrap=calloc sends the calls of this project's objects here.
extern "C" void* __real_calloc(std::size_t count, std::size_t size);
extern "C" void* __wrap_calloc(std::size_t count, std::size_t size);
extern "C" void* __wrap_calloc(std::size_t count, std::size_t size) {
  return must_fail() ? nullptr : __real_calloc(count, size);
}
