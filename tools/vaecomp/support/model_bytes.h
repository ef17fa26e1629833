// Model files as bytes, for what looks into them.
#pragma once

#include <string>

#include "format/error.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The model file at `path`, or the built-in one if `path` is empty: what load_model() loads.
// Errors: those of read_input().
Result<Bytes> read_model_bytes(const std::string& path);

}  // namespace vaecomp
