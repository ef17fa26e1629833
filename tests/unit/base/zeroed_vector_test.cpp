// Zeros that are there, and memory that is not until it is used.
#include "codec/base/zeroed_vector.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>

namespace vaecomp {
namespace {

TEST_CASE("all elements are zero, and values are kept") {
  for (const std::size_t size : {0, 1, 100, 1 << 20}) {
    ZeroedVector<std::int16_t> zeros(size);
    CHECK(std::all_of(zeros.begin(), zeros.end(), [](auto v) { return v == 0; }));
    ZeroedVector<std::int16_t> sevens(size, 7);
    CHECK(std::count(sevens.begin(), sevens.end(), 7) == static_cast<std::ptrdiff_t>(size));
    sevens.push_back(8);
    const ZeroedVector<std::int16_t> copy = sevens;
    CHECK(copy == sevens);
    CHECK(copy.back() == 8);
  }
}

#ifndef __SANITIZE_THREAD__  // whose calloc() writes the zeros
// Bytes of main memory that this process holds; 0 if the system does not tell.
std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, pages = 0;
  file >> all >> pages;
  return pages * 4096;
}

TEST_CASE("what is not used takes no memory") {
  const std::size_t before = resident();
  constexpr std::size_t kSize = std::size_t{1} << 30;
  ZeroedVector<std::uint8_t> zeros(kSize);
  std::fill_n(zeros.begin(), 1 << 20, std::uint8_t{1});
  CHECK(resident() - before < kSize / 16);
  CHECK(zeros[kSize - 1] == 0);
}
#endif

}  // namespace
}  // namespace vaecomp
