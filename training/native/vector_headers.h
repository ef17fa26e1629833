// What vector_levels.inc needs of the compiler.
#pragma once

#include <algorithm>

#include "training/native/kernel_targets.h"

#if defined(VAECOMP_GENERIC_KERNELS)  // no vectors
#elif defined(__SSE2__)
#include <immintrin.h>
#define VAECOMP_SSE2 1
#elif defined(__AARCH64EL__)
#include <arm_neon.h>
#define VAECOMP_NEON 1
#endif
