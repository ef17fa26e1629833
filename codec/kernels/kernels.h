// The kernels of every level of processor, and which of them run. Exact zone.
#pragma once

#include <span>
#include <string_view>

#include "codec/kernels/exact_kernels.h"
#include "codec/kernels/filter_kernels.h"
#include "codec/kernels/float_kernels.h"
#include "codec/kernels/pixel_kernels.h"
#include "codec/kernels/trellis_kernels.h"

namespace vaecomp {

// All kernels of one level. Each level is a file level_*.cpp, which compiles the same loops
// (*.inc) over the vectors of its instruction set (vectors_*.inc).
struct Kernels {
  const char* name;     // as --kernels takes it: "generic", "sse2", "avx2", ...
  bool (*has_level)();  // whether this processor can run them
  ExactKernels exact;
  PixelKernels pixels;
  TrellisKernels trellis;
  FilterKernels filter;
  FloatKernels floats;
};

// Those that this processor can run, slowest first; never empty, static storage.
std::span<const Kernels* const> kernel_levels();

// Those that run: the last of kernel_levels(), or those that the environment variable
// VAECOMP_KERNELS names if they are usable, or that choose_kernels() was told.
const Kernels& kernels();

// From now on those of this name run, in all threads; false, and no change, if there are no such
// among kernel_levels(). For tests and measurements: results do not depend on it, but those of the
// encoder's float networks.
bool choose_kernels(std::string_view name);

}  // namespace vaecomp
