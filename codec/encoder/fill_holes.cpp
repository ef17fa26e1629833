// Pull and push (Gortler et al., "The lumigraph", 1996): means of what is known at ever coarser
// scales fill the holes of the finer ones.
#include "codec/encoder/fill_holes.h"

#include <algorithm>
#include <cmath>

#include "codec/float/float_tensor.h"

namespace vaecomp {
namespace {

// Means of 2 x 2 cells of [height][width][channels]: colours with a weight, the last channel, which
// is 0 where nothing is visible, else 1. `cell_at(y, x)` gives a cell, or null where its weight is
// 0.
template <typename CellAt>
FloatTensor halved(int height, int width, int channels, const CellAt& cell_at) {
  FloatTensor coarse((height + 1) / 2, (width + 1) / 2, channels);
  const int weight = channels - 1;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float* from = cell_at(y, x);
      if (from == nullptr) continue;
      float* to = coarse.row(y / 2) + static_cast<std::size_t>(x / 2) * channels;
      for (int c = 0; c <= weight; ++c) to[c] += from[c];
    }
  }
  for (std::size_t i = 0; i < coarse.values.size(); i += coarse.channels) {
    float* cell = &coarse.values[i];
    if (cell[weight] == 0) continue;
    for (int c = 0; c <= weight; ++c) cell[c] /= cell[weight];
  }
  return coarse;
}

// Bilinear value of channel c of the twice coarser `coarse` at the fine position (y, x).
float interpolated(const FloatTensor& coarse, int y, int x, int c) {
  const auto neighbour = [](int at, int size) {
    return std::clamp(at / 2 + (at % 2 == 0 ? -1 : 1), 0, size - 1);
  };
  const float* near_row = coarse.row(y / 2);
  const float* far_row = coarse.row(neighbour(y, coarse.height));
  const std::size_t near = static_cast<std::size_t>(x / 2) * coarse.channels + c;
  const std::size_t far =
      static_cast<std::size_t>(neighbour(x, coarse.width)) * coarse.channels + c;
  return 0.5625f * near_row[near] + 0.1875f * (near_row[far] + far_row[near]) +
         0.0625f * far_row[far];
}

// Gives every cell of `level` without weight a colour; the coarsest level is one cell.
void fill(FloatTensor& level) {
  if (level.width == 1 && level.height == 1) return;
  const int weight = level.channels - 1;
  FloatTensor coarse =
      halved(level.height, level.width, level.channels, [&](int y, int x) -> const float* {
        const float* cell = level.row(y) + static_cast<std::size_t>(x) * level.channels;
        return cell[weight] == 0 ? nullptr : cell;
      });
  fill(coarse);
  for (int y = 0; y < level.height; ++y) {
    for (int x = 0; x < level.width; ++x) {
      float* cell = level.row(y) + static_cast<std::size_t>(x) * level.channels;
      if (cell[weight] != 0) continue;
      for (int c = 0; c < weight; ++c) cell[c] = interpolated(coarse, y, x, c);
    }
  }
}

template <typename Sample>
void fill_samples(std::vector<Sample>& samples, const PictureSize& size, const IsHole& is_hole) {
  const int channels = size.channels;
  const auto index = [&size](int y, int x) {
    return (static_cast<std::size_t>(y) * size.width + x) * size.channels;
  };
  float cell[4] = {};
  cell[channels] = 1;
  FloatTensor coarse =
      halved(size.height, size.width, channels + 1, [&](int y, int x) -> const float* {
        if (is_hole(x, y)) return nullptr;
        for (int c = 0; c < channels; ++c) cell[c] = samples[index(y, x) + c];
        return cell;
      });
  fill(coarse);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      if (!is_hole(x, y)) continue;
      for (int c = 0; c < channels; ++c)
        samples[index(y, x) + c] = static_cast<Sample>(std::lrint(interpolated(coarse, y, x, c)));
    }
  }
}

}  // namespace

void fill_holes(std::vector<std::uint8_t>& samples, const PictureSize& size,
                const IsHole& is_hole) {
  fill_samples(samples, size, is_hole);
}

void fill_holes(std::vector<std::uint16_t>& samples, const PictureSize& size,
                const IsHole& is_hole) {
  fill_samples(samples, size, is_hole);
}

}  // namespace vaecomp
