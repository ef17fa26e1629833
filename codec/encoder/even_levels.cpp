// A table of the nearest level of each value.
#include "codec/encoder/even_levels.h"

#include <cstddef>

namespace vaecomp {

std::array<std::uint8_t, 256> even_levels(int levels) {
  std::array<std::uint8_t, 256> nearest;
  const int last = levels - 1;
  for (int value = 0; value < 256; ++value) {
    const int level = (2 * value * last + 255) / 510;
    nearest[value] = static_cast<std::uint8_t>((2 * level * 255 + last) / (2 * last));
  }
  return nearest;
}

std::vector<std::uint8_t> at_even_levels(ImageView image, std::span<const Calm> calm, int levels) {
  const std::array<std::uint8_t, 256> nearest = even_levels(levels);
  std::vector<std::uint8_t> samples(image.samples.begin(), image.samples.end());
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (calm[i / image.channels] == Calm::kNone) samples[i] = nearest[samples[i]];
  return samples;
}

}  // namespace vaecomp
