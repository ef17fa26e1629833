// AVX-512 with byte and word instructions: Intel's servers from 2017 on.
#include "codec/kernels/level.h"

#if defined(VAECOMP_X86_64_KERNELS)
#include <immintrin.h>

namespace vaecomp {
namespace avx512 {
namespace {
VAECOMP_BEGIN_TARGET("avx2,fma,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl")
#define VAECOMP_HAS_VNNI 0
#define VAECOMP_VECTORS "codec/kernels/vectors_avx512.inc"
#define VAECOMP_FLOAT_VECTORS "codec/kernels/float_vectors_avx512.inc"
#include "codec/kernels/level_kernels.inc"
VAECOMP_END_TARGET
}  // namespace
}  // namespace avx512

const Kernels kAvx512Kernels = {"avx512",
                                [] {
                                  return __builtin_cpu_supports("avx512bw") &&
                                         __builtin_cpu_supports("avx512dq") &&
                                         __builtin_cpu_supports("avx512vl");
                                },
                                avx512::kExact,
                                avx512::kPixels,
                                avx512::kTrellis,
                                avx512::kFilter,
                                avx512::kFloats};

}  // namespace vaecomp
#endif
