// Which version of the kernels runs on this processor.
#pragma once

namespace vaecomp {

// "x86-64-v4", "x86-64-v3" or "baseline": chosen by the same mechanism as the kernels themselves
// (VAECOMP_KERNEL). Never null; static storage.
const char* kernel_level();

}  // namespace vaecomp
