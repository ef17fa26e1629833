// The version of Eigen that the float networks are compiled with.
#pragma once

#include <string>

namespace vaecomp {

std::string eigen_version();  // "3.4.0"

}  // namespace vaecomp
