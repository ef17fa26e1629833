// What the caller of a picture reader wants.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct ReadOptions {
  Limits limits = {};
  bool tolerant = false;  // damage that changes pixels is a remark, not an error
};

}  // namespace vaecomp
