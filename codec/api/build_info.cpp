// What the library is made of.
#include "codec/kernels/kernels.h"
#include "format/zstd_chunk.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

BuildInfo build_info() {
  return {.kernels = kernels().name, .libraries = {{"zstd", zstd_version()}}};
}

std::vector<std::string> usable_kernels() {
  std::vector<std::string> names;
  for (const Kernels* kernels : kernel_levels()) names.emplace_back(kernels->name);
  return names;
}

bool use_kernels(const std::string& name) { return choose_kernels(name); }

}  // namespace vaecomp
