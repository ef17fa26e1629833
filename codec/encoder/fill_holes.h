// Something smooth where nothing need be coded. Encoder only: float zone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace vaecomp {

struct PictureSize {
  int width, height, channels;
};

using IsHole = std::function<bool(int x, int y)>;

// Replaces the samples, [height][width][channels], of pixels that are holes by a smooth
// continuation of the others; if all are, by 0. Takes about 4 bytes a sample.
void fill_holes(std::vector<std::uint8_t>& samples, const PictureSize& size, const IsHole& is_hole);
void fill_holes(std::vector<std::uint16_t>& samples, const PictureSize& size,
                const IsHole& is_hole);

}  // namespace vaecomp
