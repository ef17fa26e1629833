// How a file compiles a part of itself for an instruction set that not every processor has.
#pragma once

// Between VAECOMP_BEGIN_TARGET("...") and VAECOMP_END_TARGET functions are compiled for the named
// instruction sets. Whatever is included before keeps the instruction set of the whole program, so
// that the linker never takes a level's version of a header's inline function for another's.
#define VAECOMP_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define VAECOMP_BEGIN_TARGET(sets) \
  VAECOMP_PRAGMA(clang attribute push(__attribute__((target(sets))), apply_to = function))
#define VAECOMP_END_TARGET VAECOMP_PRAGMA(clang attribute pop)
#else
#define VAECOMP_BEGIN_TARGET(sets) VAECOMP_PRAGMA(GCC push_options) VAECOMP_PRAGMA(GCC target(sets))
#define VAECOMP_END_TARGET VAECOMP_PRAGMA(GCC pop_options)
#endif

// Before a loop of few turns whose variables are to live in registers, at every level of
// optimisation.
#if defined(__GNUC__) || defined(__clang__)
#define VAECOMP_UNROLL _Pragma("GCC unroll 16")
#else
#define VAECOMP_UNROLL
#endif

// Helpers of kernels are inlined, so that their variables live in registers.
#if defined(__GNUC__)
#define VAECOMP_INLINE inline __attribute__((always_inline))
#define VAECOMP_RESTRICT __restrict
#else
#define VAECOMP_INLINE inline
#define VAECOMP_RESTRICT
#endif
