// What every public function does around its work: errors for exceptions, threads, the model asked
// for.
#pragma once

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <thread>

#include "format/out_of_memory.h"

namespace vaecomp {

// Runs `body`, which allocates, so that running out of memory is an error like any other.
template <typename Body>
auto guarded(const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::exception& e) {
    return Error{ErrorCode::kInternal, std::string("unexpected: ") + e.what()};
  }
}

inline int thread_count(int asked) {
  if (asked > 0) return std::min(asked, 256);
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

inline Error unknown_model(std::uint32_t id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (int shift = 28; shift >= 0; shift -= 4) hex += kDigits[id >> shift & 15];
  return {ErrorCode::kUnknownModel, "made with model " + hex + ", which was not given", kNoOffset,
          "VC-08"};
}

}  // namespace vaecomp
