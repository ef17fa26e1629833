// Unpacking and packing of samples.
#include "tools/image_io/samples.h"

#include <algorithm>
#include <utility>

namespace vaecomp {
namespace {

int load(const std::uint8_t* at, int bytes) { return bytes == 1 ? at[0] : at[0] << 8 | at[1]; }

std::uint8_t* store(std::uint8_t* at, int value, int bytes) {
  if (bytes == 2) *at++ = static_cast<std::uint8_t>(value >> 8);
  *at++ = static_cast<std::uint8_t>(value);
  return at;
}

void drop_opaque_alpha(Image& image) {
  const int full = image.depth() == 16 ? 65535 : 255;
  if (std::all_of(image.alpha.begin(), image.alpha.end(),
                  [full](std::uint16_t alpha) { return alpha == full; })) {
    image.alpha = {};
  }
}

}  // namespace

Image unpack_samples(const SampleLayout& layout, Bytes raw) {
  Image image;
  image.width = layout.width;
  image.height = layout.height;
  image.channels = layout.channels;
  if (layout.maxval == 255 && !layout.alpha) {
    image.samples = std::move(raw);
    return image;
  }
  const int bytes = layout.sample_bytes();
  const unsigned full = bytes == 1 ? 255 : 65535, maxval = layout.maxval;
  const std::size_t pixels = static_cast<std::size_t>(layout.width) * layout.height;
  if (bytes == 1) {
    image.samples.reserve(pixels * layout.channels);
  } else {
    image.samples16.reserve(pixels * layout.channels);
  }
  if (layout.alpha) image.alpha.reserve(pixels);

  const int per_pixel = layout.channels + (layout.alpha ? 1 : 0);
  std::size_t at = 0;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    for (int c = 0; c < per_pixel; ++c, at += bytes) {
      const auto value = static_cast<unsigned>(load(&raw[at], bytes));
      const auto scaled = static_cast<std::uint16_t>((value * full + maxval / 2) / maxval);
      if (c == layout.channels) {
        image.alpha.push_back(scaled);
      } else if (bytes == 1) {
        image.samples.push_back(static_cast<std::uint8_t>(scaled));
      } else {
        image.samples16.push_back(scaled);
      }
    }
  }
  drop_opaque_alpha(image);
  return image;
}

void fill_grey(const SampleLayout& layout, std::size_t first, Bytes& raw) {
  const int bytes = layout.sample_bytes();
  const std::size_t pixel_bytes = layout.row_bytes() / layout.width;
  for (std::size_t at = first * pixel_bytes; at < raw.size(); at += pixel_bytes) {
    std::uint8_t* to = raw.data() + at;
    for (int c = 0; c < layout.channels; ++c) to = store(to, (layout.maxval + 1) / 2, bytes);
    if (layout.alpha) store(to, layout.maxval, bytes);
  }
}

int maxval_of(const PictureHead& head) { return head.depth == 16 ? 65535 : 255; }

SampleLayout layout_of(const PictureHead& head) {
  return {.width = head.width,
          .height = head.height,
          .channels = head.channels,
          .alpha = head.alpha,
          .maxval = maxval_of(head)};
}

void pack_row(ImageView image, const SampleLayout& layout, int y, std::uint8_t* row) {
  const int bytes = layout.sample_bytes();
  const std::size_t first = static_cast<std::size_t>(y) * image.width;
  for (std::size_t pixel = first; pixel < first + image.width; ++pixel) {
    for (int c = 0; c < image.channels; ++c) {
      const std::size_t i = pixel * image.channels + c;
      row = store(row, bytes == 2 ? image.samples16[i] : image.samples[i], bytes);
    }
    if (layout.alpha) row = store(row, image.alpha[pixel], bytes);
  }
}

}  // namespace vaecomp
