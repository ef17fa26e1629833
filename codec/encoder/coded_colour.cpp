// What nobody sees is filled in, what is threefold taken once.
#include "codec/encoder/coded_colour.h"

#include <algorithm>

#include "codec/encoder/fill_holes.h"

namespace vaecomp {
namespace {

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
  if (hidden) {
    fill_holes(storage, {image.width, image.height, channels}, [&image](int x, int y) {
      return image.alpha[static_cast<std::size_t>(y) * image.width + x] == 0;
    });
  }
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
