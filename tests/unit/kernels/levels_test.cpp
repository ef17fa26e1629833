// The levels of kernels against what the processor says of itself.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "codec/kernels/kernels.h"

namespace vaecomp {
namespace {

std::vector<std::string> level_names() {
  std::vector<std::string> names;
  for (const Kernels* level : kernel_levels()) names.emplace_back(level->name);
  return names;
}

TEST_CASE("the levels are those that this processor has") {
  std::vector<std::string> expected = {"generic"};
#if defined(VAECOMP_GENERIC_KERNELS)
#elif defined(__x86_64__)
  expected.push_back("sse2");
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) expected.push_back("avx2");
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    expected.push_back("avx512");
  if (__builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni"))
    expected.push_back("avx512-bf16");
#elif defined(__AARCH64EL__)
  expected.push_back("neon");
#endif
  CHECK(level_names() == expected);
}

TEST_CASE("the highest level runs unless another is chosen") {
  if (!std::getenv("VAECOMP_KERNELS")) CHECK(kernels().name == level_names().back());
  const std::string before = kernels().name;
  for (const std::string& name : level_names()) {
    CHECK(choose_kernels(name));
    CHECK(kernels().name == name);
  }
  CHECK_FALSE(choose_kernels("mmx"));
  CHECK(kernels().name == level_names().back());
  REQUIRE(choose_kernels(before));
}

TEST_CASE("an emulated processor has the level that it is run for") {
  if (const char* expected = std::getenv("VAECOMP_EXPECTED_LEVEL"))
    CHECK(level_names().back() == expected);
}

}  // namespace
}  // namespace vaecomp
