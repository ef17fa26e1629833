// Between the interleaved, big-endian samples of picture files and the planes of Image.
#pragma once

#include "vaecomp/rows.hpp"

namespace vaecomp {

// How a file holds its samples: [height][width][channels, then alpha], one byte each if maxval is
// below 256, else two, the higher first.
struct SampleLayout {
  int width = 0, height = 0;
  int channels = 3;  // of colour, 1 or 3
  bool alpha = false;
  int maxval = 255;  // 1 .. 65535: what white is

  int sample_bytes() const { return maxval < 256 ? 1 : 2; }
  std::size_t row_bytes() const {
    return static_cast<std::size_t>(width) * (channels + (alpha ? 1 : 0)) * sample_bytes();
  }
  std::size_t total_bytes() const { return row_bytes() * height; }
};

// The picture, of 8 bits if maxval is below 256, else of 16; samples are scaled to the full range.
// Alpha that is opaque everywhere is dropped. Precondition: `raw` has total_bytes() bytes and no
// sample above maxval.
Image unpack_samples(const SampleLayout& layout, Bytes raw);

// Makes the samples of all pixels from index `first` on mid grey and opaque, as damage.h has it for
// pixels that are missing. Precondition: `raw` has total_bytes() bytes.
void fill_grey(const SampleLayout& layout, std::size_t first, Bytes& raw);

// What white is in a file of the picture as it is: 255 or 65535.
int maxval_of(const PictureHead& head);

// The layout of a picture as it is.
SampleLayout layout_of(const PictureHead& head);

// Row y of `image`, a picture or some rows of one, as a file has it, layout.row_bytes() bytes.
// Precondition: `layout` is that of the picture.
void pack_row(ImageView image, const SampleLayout& layout, int y, std::uint8_t* row);

}  // namespace vaecomp
