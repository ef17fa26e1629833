// AVX-512 with VNNI and bfloat16: AMD from Zen 4 on, Intel's servers from 2020 on.
#include "codec/kernels/level.h"

#if defined(VAECOMP_X86_64_KERNELS)
#include <immintrin.h>

namespace vaecomp {
namespace avx512_bf16 {
namespace {
VAECOMP_BEGIN_TARGET("avx2,fma,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")
#define VAECOMP_HAS_VNNI 1
#define VAECOMP_VECTORS "codec/kernels/vectors_avx512.inc"
#define VAECOMP_FLOAT_VECTORS "codec/kernels/float_vectors_avx512.inc"
#include "codec/kernels/level_kernels.inc"
VAECOMP_END_TARGET
}  // namespace
}  // namespace avx512_bf16

const Kernels kAvx512Bf16Kernels = {"avx512-bf16",
                                    [] {
                                      return kAvx512Kernels.has_level() &&
                                             __builtin_cpu_supports("avx512vnni") &&
                                             __builtin_cpu_supports("avx512bf16");
                                    },
                                    avx512_bf16::kExact,
                                    avx512_bf16::kPixels,
                                    avx512_bf16::kTrellis,
                                    avx512_bf16::kFilter,
                                    avx512_bf16::kFloats};

}  // namespace vaecomp
#endif
