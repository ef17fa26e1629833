// One function, compiled once per level, that says which version was chosen.
#include "codec/nn/kernel_level.h"

#include "codec/nn/kernel_targets.h"

namespace vaecomp {
namespace {

// Local to this file: a caller that saw the plain declaration alone would get the plain version.
#if defined(VAECOMP_KERNEL_LEVELS)
__attribute__((target("arch=x86-64-v4"))) const char* chosen_level() { return "x86-64-v4"; }
__attribute__((target("arch=x86-64-v3"))) const char* chosen_level() { return "x86-64-v3"; }
__attribute__((target("default"))) const char* chosen_level() { return "baseline"; }
#else
const char* chosen_level() { return "baseline"; }
#endif

}  // namespace

const char* kernel_level() { return chosen_level(); }

}  // namespace vaecomp
