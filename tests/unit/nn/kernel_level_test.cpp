// The level that is reported against what the processor says of itself.
#include "codec/nn/kernel_level.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "codec/nn/kernel_targets.h"

namespace vaecomp {
namespace {

TEST_CASE("the reported level is one that this processor has, and the highest") {
  const std::string level = kernel_level();
#if defined(VAECOMP_KERNEL_LEVELS)
  // Marks of the levels: AVX-512 with byte and word instructions, and AVX2.
  const bool v4 = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  CHECK(level == (v4 ? "x86-64-v4" : v3 ? "x86-64-v3" : "baseline"));
#else
  CHECK(level == "baseline");
#endif
}

TEST_CASE("an emulated processor has the level that it is run for") {
  if (const char* expected = std::getenv("VAECOMP_EXPECTED_LEVEL"))
    CHECK(std::string(kernel_level()) == expected);
}

}  // namespace
}  // namespace vaecomp
