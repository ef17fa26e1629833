// x86-64 as it began.
#include "codec/kernels/level.h"

#if defined(VAECOMP_X86_64_KERNELS)
#include <emmintrin.h>

namespace vaecomp {
namespace sse2 {
namespace {
#define VAECOMP_VECTORS "codec/kernels/vectors_sse2.inc"
#define VAECOMP_FLOAT_VECTORS "codec/kernels/float_vectors_sse2.inc"
#include "codec/kernels/level_kernels.inc"
}  // namespace
}  // namespace sse2

const Kernels kSse2Kernels = {"sse2",         [] { return true; }, sse2::kExact, sse2::kPixels,
                              sse2::kTrellis, sse2::kFilter,       sse2::kFloats};

}  // namespace vaecomp
#endif
