// PSNR over all samples.
#include <cassert>
#include <cmath>
#include <limits>

#include "tools/metrics/metrics.h"

namespace vaecomp {

double psnr(ImageView a, ImageView b) {
  assert(a.width == b.width && a.height == b.height && a.channels == b.channels);
  // At most 2^40 samples of 2^16: exact in 64 bits.
  std::uint64_t squares = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    const int difference = int{a.samples[i]} - int{b.samples[i]};
    squares += static_cast<std::uint64_t>(difference * difference);
  }
  if (squares == 0) return std::numeric_limits<double>::infinity();
  const double mse = static_cast<double>(squares) / static_cast<double>(a.samples.size());
  return 10.0 * std::log10(255.0 * 255.0 / mse);
}

Image to_rgb(ImageView image) {
  Image rgb;
  rgb.width = image.width;
  rgb.height = image.height;
  if (image.channels == 3) {
    rgb.samples.assign(image.samples.begin(), image.samples.end());
    return rgb;
  }
  rgb.samples.reserve(image.samples.size() * 3);
  for (const std::uint8_t sample : image.samples) rgb.samples.insert(rgb.samples.end(), 3, sample);
  return rgb;
}

}  // namespace vaecomp
