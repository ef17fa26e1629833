// Vectors of zeros that cost nothing until they are used. Exact zone.
#pragma once

#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace vaecomp {

// Gives memory that is zero already, which large blocks are without being touched, and leaves
// elements that have no value of their own alone. So what a stream promises takes no memory before
// it is there. A vector must not grow again after it was made smaller: what it gets back is not
// zero.
template <typename T>
struct ZeroedAllocator {
  static_assert(std::is_trivially_copyable_v<T>);
  using value_type = T;

  ZeroedAllocator() = default;
  template <typename U>
  ZeroedAllocator(const ZeroedAllocator<U>&) {}  // NOLINT: implicit, as allocators are

  T* allocate(std::size_t count) {
    void* const memory = std::calloc(count, sizeof(T));
    if (memory != nullptr || count == 0) return static_cast<T*>(memory);
    // Fails as any other vector does, by std::bad_alloc.
    return std::allocator<T>().allocate(std::numeric_limits<std::size_t>::max());
  }
  void deallocate(T* memory, std::size_t) { std::free(memory); }

  template <typename U>
  void construct(U*) {}
  template <typename U, typename... Values>
  void construct(U* at, Values&&... values) {
    ::new (static_cast<void*>(at)) U(std::forward<Values>(values)...);
  }

  bool operator==(const ZeroedAllocator&) const = default;
};

template <typename T>
using ZeroedVector = std::vector<T, ZeroedAllocator<T>>;

}  // namespace vaecomp
