// Where a picture ends, for whoever reads it from a pipe that need not.
#pragma once

#include <optional>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Where in the file that begins with these bytes the picture ends, which may lie behind them (a
// bitmap's size follows from its header); nothing while that is not known.
std::optional<std::uint64_t> picture_end(ByteSpan beginning);

}  // namespace vaecomp
