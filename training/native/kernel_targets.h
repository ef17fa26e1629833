// VAECOMP_KERNEL marks the few hot functions that are compiled once per x86-64 level and chosen at
// load time.
#pragma once

#include "codec/kernels/target.h"

// Function multiversioning needs GCC 12, x86-64 and a C library with indirect functions (glibc).
// Elsewhere, under sanitizers (an indirect function is resolved before their run-time library is
// ready) or if VAECOMP_GENERIC_KERNELS is defined, a kernel is one ordinary function. Versions differ
// by roundings.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12 && defined(__x86_64__) &&     \
    defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(VAECOMP_GENERIC_KERNELS)
#include <features.h>
#if defined(__GLIBC__)
#define VAECOMP_KERNEL_LEVELS 1
#define VAECOMP_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif

#if !defined(VAECOMP_KERNEL)
#define VAECOMP_KERNEL
#endif
