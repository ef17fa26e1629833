// Register blocking by level, as codec/kernels/float_products.inc has it for the encoder.
#include "training/native/product_tiles.h"

#include "training/native/vector_headers.h"

namespace vaecomp::training {
namespace {

#define VAECOMP_LOOPS "training/native/product_tiles.inc"
#include "training/native/vector_levels.inc"

#if defined(VAECOMP_KERNEL_LEVELS)
__attribute__((target("arch=x86-64-v4"))) void tiles(const TileWork& work) { v4::make(work); }
__attribute__((target("arch=x86-64-v3"))) void tiles(const TileWork& work) { v3::make(work); }
__attribute__((target("default")))
#endif
void tiles(const TileWork& work) {
  baseline::make(work);
}

}  // namespace

void make_tiles(const TileWork& work) { tiles(work); }

}  // namespace vaecomp::training
