// The 3 x 3 pixels around each.
#include "codec/encoder/calm_pixels.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

namespace vaecomp {
namespace {

constexpr int kFlatNeighbours = 5, kMostBend = 2, kMostStep = 6;

// Four lines through a pixel, each as two that lie across from each other.
using Around = std::array<const std::uint8_t*, 8>;

Calm look_at(const std::uint8_t* pixel, const Around& around, int channels) {
  int equal = 0;
  for (const std::uint8_t* other : around) equal += std::equal(pixel, pixel + channels, other);
  if (equal >= kFlatNeighbours) return Calm::kFlat;
  for (std::size_t i = 0; i < around.size(); i += 2) {
    for (int c = 0; c < channels; ++c) {
      const int before = around[i][c], after = around[i + 1][c], own = pixel[c];
      if (std::abs(before + after - 2 * own) > kMostBend) return Calm::kNone;
      if (std::abs(before - own) > kMostStep) return Calm::kNone;
    }
  }
  return Calm::kSmooth;
}

}  // namespace

std::vector<Calm> calm_pixels(ImageView image) {
  const int width = image.width, height = image.height, channels = image.channels;
  std::vector<Calm> calm(static_cast<std::size_t>(width) * height);
  std::size_t i = 0;
  for (int y = 0; y < height; ++y) {
    const auto row = [&](int dy) {
      const int inside = std::clamp(y + dy, 0, height - 1);
      return image.samples.data() + static_cast<std::size_t>(inside) * width * channels;
    };
    const std::uint8_t *above = row(-1), *own = row(0), *below = row(1);
    for (int x = 0; x < width; ++x, ++i) {
      const int at = x * channels, left = std::max(x - 1, 0) * channels;
      const int right = std::min(x + 1, width - 1) * channels;
      const Around around = {own + left,   own + right,   above + at,    below + at,
                             above + left, below + right, above + right, below + left};
      calm[i] = look_at(own + at, around, channels);
    }
  }
  return calm;
}

}  // namespace vaecomp
