// Pull and push (Gortler et al., "The lumigraph", 1996): means of what is visible at ever coarser
// scales fill the holes of the finer ones. Encoder only: float zone.
#include "codec/image/coded_colour.h"

#include <algorithm>
#include <cmath>

#include "codec/analysis/float_tensor.h"

namespace vaecomp {
namespace {

// Colours with a weight, [height][width][channels + 1]; weight 0 where nothing is visible, else 1.
FloatTensor halved(const FloatTensor& fine) {
  FloatTensor coarse((fine.height + 1) / 2, (fine.width + 1) / 2, fine.channels);
  const int weight = fine.channels - 1;
  for (int y = 0; y < fine.height; ++y) {
    for (int x = 0; x < fine.width; ++x) {
      const float* from = fine.row(y) + static_cast<std::size_t>(x) * fine.channels;
      float* to = coarse.row(y / 2) + static_cast<std::size_t>(x / 2) * fine.channels;
      if (from[weight] == 0) continue;
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
  FloatTensor coarse = halved(level);
  fill(coarse);
  const int weight = level.channels - 1;
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
  FloatTensor level(image.height, image.width, channels + 1);
  for (std::size_t i = 0; i < image.alpha.size(); ++i) {
    if (image.alpha[i] == 0) continue;
    float* cell = &level.values[i * (channels + 1)];
    for (int c = 0; c < channels; ++c) cell[c] = samples[i * channels + c];
    cell[channels] = 1;
  }
  fill(level);
  for (std::size_t i = 0; i < image.alpha.size(); ++i) {
    if (image.alpha[i] != 0) continue;
    for (int c = 0; c < channels; ++c)
      samples[i * channels + c] =
          static_cast<Sample>(std::lrint(level.values[i * (channels + 1) + c]));
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
