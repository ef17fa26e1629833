// Levels lie at equal distances from 0.
#include "codec/encoder/coarser_alpha.h"

#include <algorithm>

namespace vaecomp {

ImageView with_coarser_alpha(ImageView image, int quality, std::vector<std::uint16_t>& storage) {
  const int unit = image.depth() == 16 ? 257 : 1, full = 255 * unit;
  const int error = alpha_error(quality) * unit, step = 2 * error + 1;
  if (error == 0 || image.alpha.empty()) return image;
  storage.assign(image.alpha.begin(), image.alpha.end());
  for (std::uint16_t& alpha : storage) {
    if (alpha == 0 || alpha == full) continue;
    const int level = (alpha + error) / step * step;
    const int nearest = std::clamp(level, 1, full - 1);
    alpha = static_cast<std::uint16_t>(nearest);
  }
  image.alpha = storage;
  return image;
}

}  // namespace vaecomp
