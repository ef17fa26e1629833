// One target for libFuzzer; the build says which.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

const vaecomp::fuzz::Target& target() {
  static const vaecomp::fuzz::Target* const found = vaecomp::fuzz::find_target(VAECOMP_FUZZ_TARGET);
  vaecomp::fuzz::require(found != nullptr, "there is a target of this name");
  return *found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target().run({data, size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  if (target().mutate != nullptr) {
    const vaecomp::Bytes mutant = target().mutate({data, size}, max_size, seed, LLVMFuzzerMutate);
    if (mutant.size() <= max_size) {
      std::copy(mutant.begin(), mutant.end(), data);
      return mutant.size();
    }
  }
  return LLVMFuzzerMutate(data, size, max_size);
}
