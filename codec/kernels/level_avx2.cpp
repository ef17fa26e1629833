// AVX2 and fused multiply-add: Intel from 2013 on, AMD from 2015 on.
#include "codec/kernels/level.h"

#if defined(VAECOMP_X86_64_KERNELS)
#include <immintrin.h>

namespace vaecomp {
namespace avx2 {
namespace {
VAECOMP_BEGIN_TARGET("avx2,fma,bmi,bmi2")
#define VAECOMP_VECTORS "codec/kernels/vectors_avx2.inc"
#define VAECOMP_FLOAT_VECTORS "codec/kernels/float_vectors_avx2.inc"
#include "codec/kernels/level_kernels.inc"
VAECOMP_END_TARGET
}  // namespace
}  // namespace avx2

const Kernels kAvx2Kernels = {
    "avx2",         [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); },
    avx2::kExact,   avx2::kPixels,
    avx2::kTrellis, avx2::kFilter,
    avx2::kFloats};

}  // namespace vaecomp
#endif
