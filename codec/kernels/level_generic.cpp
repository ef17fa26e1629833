// Plain C++: what every processor can run, and what other levels are compared with.
#include "codec/kernels/level.h"

namespace vaecomp {
namespace generic {
namespace {
#define VAECOMP_VECTORS "codec/kernels/vectors_generic.inc"
#define VAECOMP_FLOAT_VECTORS "codec/kernels/float_vectors_generic.inc"
#include "codec/kernels/level_kernels.inc"
}  // namespace
}  // namespace generic

const Kernels kGenericKernels = {"generic",        [] { return true; }, generic::kExact,
                                 generic::kPixels, generic::kTrellis,   generic::kFilter,
                                 generic::kFloats};

}  // namespace vaecomp
