// Exact patches of a lossy picture, and what is left for the networks (SPEC.md sections 1.4 and 5).
#pragma once

#include "codec/base/thread_pool.h"
#include "codec/encoder/learned_picture.h"
#include "codec/lossless/block_mask.h"
#include "format/bytes.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// What the networks code of a picture, and what lies over it.
struct PictureParts {
  LearnedPicture learned;
  const BlockMask* mask = nullptr;  // of patches; null: there are none
  Bytes patches = {};               // payload of their section; empty: none
  ImageView exact = {};             // whose colours they have
  bool nearly_exact = false;        // those are not all the picture's
};

// The payload of a patches section. `image` as coded_colour gives it; the mask has a block.
Bytes encode_patches(ImageView image, const BlockMask& mask, ThreadPool& pool);

// The picture with a smooth continuation of the rest under the mask: latents there cost next to
// nothing. Borrows what `image` does, and from `storage`.
ImageView without_patches(ImageView image, const BlockMask& mask, Image& storage);

// Both, patches with the colours of `exact`, another view of the picture. Borrows the mask too.
PictureParts split(ImageView image, ImageView exact, int quality, const BlockMask& mask,
                   ThreadPool& pool, Image& storage);

}  // namespace vaecomp
