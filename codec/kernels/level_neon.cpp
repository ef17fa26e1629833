// NEON, which every 64-bit Arm processor has.
#include "codec/kernels/level.h"

#if defined(VAECOMP_NEON_KERNELS)
#include <arm_neon.h>

namespace vaecomp {
namespace neon {
namespace {
#define VAECOMP_VECTORS "codec/kernels/vectors_neon.inc"
#define VAECOMP_FLOAT_VECTORS "codec/kernels/float_vectors_neon.inc"
#include "codec/kernels/level_kernels.inc"
}  // namespace
}  // namespace neon

const Kernels kNeonKernels = {"neon",         [] { return true; }, neon::kExact, neon::kPixels,
                              neon::kTrellis, neon::kFilter,       neon::kFloats};

}  // namespace vaecomp
#endif
