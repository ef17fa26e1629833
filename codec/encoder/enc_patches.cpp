// A mask, then planes that are coded where it says.
#include "codec/encoder/enc_patches.h"

#include <algorithm>
#include <vector>

#include "codec/encoder/coded_colour.h"
#include "codec/encoder/fill_holes.h"
#include "codec/encoder/plane_views.h"
#include "codec/lossless/encode_planes.h"
#include "format/byte_writer.h"

namespace vaecomp {

Bytes encode_patches(ImageView image, const BlockMask& mask, ThreadPool& pool) {
  const std::vector<PlaneView> planes = colour_planes(image, image.channels);
  const Bytes coded_mask = encode_mask(mask);
  const Result<Bytes> samples = encode_planes(planes, shape_of(image, planes.size()), &mask, pool);
  ByteWriter writer;
  writer.varint(coded_mask.size());
  writer.bytes(coded_mask);
  writer.bytes(samples.value());  // nobody can ask it to stop
  return writer.take();
}

ImageView without_patches(ImageView image, const BlockMask& mask, Image& storage) {
  const PictureSize size = {image.width, image.height, image.channels};
  const auto covered = [&mask](int x, int y) { return mask.covers(x, y); };
  ImageView filled = image;
  if (image.depth() == 16) {
    storage.samples16.assign(image.samples16.begin(), image.samples16.end());
    fill_holes(storage.samples16, size, covered);
    storage.samples.resize(storage.samples16.size());
    std::transform(storage.samples16.begin(), storage.samples16.end(), storage.samples.begin(),
                   to_8_bit);
    filled.samples16 = storage.samples16;
  } else {
    storage.samples.assign(image.samples.begin(), image.samples.end());
    fill_holes(storage.samples, size, covered);
  }
  filled.samples = storage.samples;
  return filled;
}

PictureParts split(ImageView image, ImageView exact, int quality, const BlockMask& mask,
                   ThreadPool& pool, Image& storage) {
  return {.learned = {.image = without_patches(image, mask, storage), .quality = quality},
          .mask = &mask,
          .patches = encode_patches(exact, mask, pool),
          .exact = exact};
}

}  // namespace vaecomp
