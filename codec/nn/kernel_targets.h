// VAECOMP_KERNEL marks the few hot functions that are compiled once per x86-64 level and chosen at
// load time.
#pragma once

// Function multiversioning needs GCC 12, x86-64 and a C library with indirect functions (glibc).
// Elsewhere, under sanitizers (an indirect function is resolved before their run-time library is
// ready) or if VAECOMP_NO_TARGET_CLONES is defined, a kernel is one ordinary function. All versions
// give equal results: the arithmetic is exact (MODEL.md, VM-21).
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12 && defined(__x86_64__) &&     \
    defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(VAECOMP_NO_TARGET_CLONES)
#include <features.h>
#if defined(__GLIBC__)
// The same levels are named by kernel_level.cpp.
#define VAECOMP_KERNEL_LEVELS 1
#define VAECOMP_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif

#if !defined(VAECOMP_KERNEL)
#define VAECOMP_KERNEL
#endif

// Before a loop of few turns whose variables are to live in registers, at every level of
// optimisation.
#if defined(__GNUC__) || defined(__clang__)
#define VAECOMP_UNROLL _Pragma("GCC unroll 16")
#else
#define VAECOMP_UNROLL
#endif

// Helpers of kernels must be inlined, so that each version of a kernel has them compiled for its
// own level.
#if defined(__GNUC__)
#define VAECOMP_INLINE inline __attribute__((always_inline))
#define VAECOMP_RESTRICT __restrict
#else
#define VAECOMP_INLINE inline
#define VAECOMP_RESTRICT
#endif
