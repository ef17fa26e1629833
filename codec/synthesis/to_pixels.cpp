// Rounds and clips a row at a time. Exact zone.
#include "codec/synthesis/to_pixels.h"

#include <algorithm>
#include <cassert>

#include "codec/nn/kernel_targets.h"

namespace vaecomp {
namespace {

// Q6 to a sample, VC-31.
VAECOMP_INLINE std::uint8_t sample(int p) {
  return static_cast<std::uint8_t>(std::clamp((p + 32) >> 6, 0, 255));
}

VAECOMP_KERNEL
void rgb_row(const std::int16_t* from, std::uint8_t* to, int width) {
  for (int i = 0; i < 3 * width; ++i) to[i] = sample(from[i]);
}

VAECOMP_KERNEL
void grey_row(const std::int16_t* from, std::uint8_t* to, int width) {
  for (int x = 0; x < width; ++x) {
    to[x] = sample((from[3 * x] + 2 * from[3 * x + 1] + from[3 * x + 2] + 2) >> 2);
  }
}

}  // namespace

void to_pixels(const Tensor& synthesis, int first_row, bool grey, const SampleRows& out,
               ThreadPool& pool) {
  assert(synthesis.channels == 3 && out.width <= synthesis.width);
  assert(first_row >= 0 && first_row + out.height <= synthesis.height);
  pool.parallel_for(0, out.height, [&](int y) {
    const std::int16_t* from = synthesis.row(first_row + y);
    std::uint8_t* to = out.data.data() + static_cast<std::size_t>(y) * out.stride;
    if (grey) {
      grey_row(from, to, out.width);
    } else {
      rgb_row(from, to, out.width);
    }
  });
}

}  // namespace vaecomp
