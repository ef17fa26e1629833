// What the library is made of.
#include "codec/analysis/eigen_version.h"
#include "codec/nn/kernel_level.h"
#include "format/zstd_chunk.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

BuildInfo build_info() {
  return {.kernels = kernel_level(),
          .libraries = {{"zstd", zstd_version()}, {"Eigen", eigen_version()}}};
}

}  // namespace vaecomp
