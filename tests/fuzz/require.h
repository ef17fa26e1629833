// What must hold whatever the input is.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "format/error.h"

namespace vaecomp::fuzz {

// Ends the process with the promise that is broken, which fuzzers and `replay` report as a crash.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// What a reader may say of bad bytes, of which it was given `size`.
inline void require_sound(const Error& error, std::size_t size) {
  const int family = error_family(error.code);
  if (family < 2 || family > 4) std::fprintf(stderr, "%s\n", error.message().c_str());
  require(family >= 2 && family <= 4, "bad bytes are bad data, unsupported or beyond a limit");
  require(!error.text.empty(), "errors have a text");
  require(error.offset == kNoOffset || error.offset <= size, "offsets lie in the data");
}

}  // namespace vaecomp::fuzz
