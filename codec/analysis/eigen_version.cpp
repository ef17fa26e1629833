// Eigen's version macros as text.
#include "codec/analysis/eigen_version.h"

#include <Eigen/Core>

namespace vaecomp {

std::string eigen_version() {
  return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
}

}  // namespace vaecomp
