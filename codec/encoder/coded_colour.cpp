// Pull and push (Gortler et al., "The lumigraph", 1996): means of what is visible at ever coarser
// scales fill the holes of the finer ones. Encoder only: float zone.
#include "codec/encoder/coded_colour.h"

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

// Replaces the samples under alpha 0.
template <typename Sample>
void fill_hidden(std::vector<Sample>& samples, int channels, ImageView image) {
  const auto index = [&image](int y, int x) {
    return static_cast<std::size_t>(y) * image.width + x;
  };
  float cell[4] = {};
  cell[channels] = 1;
  FloatTensor coarse =
      halved(image.height, image.width, channels + 1, [&](int y, int x) -> const float* {
        if (image.alpha[index(y, x)] == 0) return nullptr;
        for (int c = 0; c < channels; ++c) cell[c] = samples[index(y, x) * channels + c];
        return cell;
      });
  fill(coarse);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (image.alpha[index(y, x)] != 0) continue;
      for (int c = 0; c < channels; ++c)
        samples[index(y, x) * channels + c] =
            static_cast<Sample>(std::lrint(interpolated(coarse, y, x, c)));
    }
  }
}

bool hides_colours(ImageView image) {
  return std::find(image.alpha.begin(), image.alpha.end(), 0) != image.alpha.end();
}

template <typename Sample>
bool equal_in_threes(std::span<const Sample> samples, std::span<const std::uint16_t> alpha) {
  for (std::size_t i = 0; i < samples.size(); i += 3) {
    if (samples[i] == samples[i + 1] && samples[i] == samples[i + 2]) continue;
    if (alpha.empty() || alpha[i / 3] != 0) return false;
  }
  return true;
}

// What is coded of `samples`, the picture's own, with `channels`; changed copies are in `storage`.
template <typename Sample>
std::span<const Sample> coded_samples(std::span<const Sample> samples, int channels,
                                      ImageView image, std::vector<Sample>& storage) {
  const bool hidden = hides_colours(image);
  if (channels == image.channels && !hidden) return samples;
  if (channels == image.channels) {
    storage.assign(samples.begin(), samples.end());
  } else {
    storage.resize(samples.size() / 3);
    for (std::size_t i = 0; i < storage.size(); ++i) storage[i] = samples[3 * i];
  }
  if (hidden) fill_hidden(storage, channels, image);
  return storage;
}

}  // namespace

bool is_opaque(ImageView image) {
  const std::uint16_t full = image.depth() == 16 ? 65535 : 255;
  return std::all_of(image.alpha.begin(), image.alpha.end(),
                     [full](std::uint16_t alpha) { return alpha == full; });
}

bool is_neutral(ImageView image) {
  if (image.channels != 3) return false;
  return image.depth() == 16 ? equal_in_threes(image.samples16, image.alpha)
                             : equal_in_threes(image.samples, image.alpha);
}

ImageView coded_colour(ImageView image, Image& storage) {
  ImageView coded{.samples = {}, .width = image.width, .height = image.height};
  coded.channels = is_neutral(image) ? 1 : image.channels;
  if (image.depth() == 16) {
    coded.samples16 = coded_samples(image.samples16, coded.channels, image, storage.samples16);
    storage.samples.resize(coded.samples16.size());
    std::transform(coded.samples16.begin(), coded.samples16.end(), storage.samples.begin(),
                   to_8_bit);
    coded.samples = storage.samples;
  } else {
    coded.samples = coded_samples(image.samples, coded.channels, image, storage.samples);
  }
  return coded;
}

}  // namespace vaecomp
