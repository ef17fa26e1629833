// The check that every picture reader makes before it allocates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// An error if a picture of this size is empty or beyond the limits; `offset` is where the file
// states the size.
inline std::optional<Error> check_picture_size(std::uint64_t width, std::uint64_t height,
                                               const Limits& limits, std::uint64_t offset) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height);
  if (width == 0 || height == 0) {
    return Error{ErrorCode::kCorrupt, "the picture has no pixels (" + size + ")", offset};
  }
  if (width > limits.max_side || height > limits.max_side) {
    return Error{
        ErrorCode::kLimit,
        size + " pixels: at most " + std::to_string(limits.max_side) + " a side are allowed",
        offset};
  }
  if (width * height > limits.max_pixels) {
    return Error{ErrorCode::kLimit,
                 size + " pixels are more than the limit of " + std::to_string(limits.max_pixels) +
                     " (--max-pixels)",
                 offset};
  }
  return std::nullopt;
}

}  // namespace vaecomp
