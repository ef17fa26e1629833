// The error for an allocation that failed.
#pragma once

#include "format/error.h"

namespace vaecomp {

// Takes no memory itself, which may be what is wanted where there is none: no std::string takes any
// for 15 characters.
inline Error out_of_memory() { return {ErrorCode::kMemory, "out of memory"}; }

}  // namespace vaecomp
