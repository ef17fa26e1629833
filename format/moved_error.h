// An error in a part of a file, told as one of the whole.
#pragma once

#include <cstdint>
#include <utility>

#include "format/error.h"

namespace vaecomp {

// The error with its offset, if it has one, counted from `bytes` before the part that it is in.
inline Error moved(Error error, std::uint64_t bytes) {
  if (error.offset != kNoOffset) error.offset += bytes;
  return error;
}

}  // namespace vaecomp
