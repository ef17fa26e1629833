// What a picture would take in exact planes, without coding all of it.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/base/thread_pool.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// All of a small picture, a 64th of a large one: tiles at equal distances, below each other.
class PictureSample {
 public:
  // Of colours as coded_colour gives them, from which it borrows.
  explicit PictureSample(ImageView colours);

  // A picture of the tiles.
  ImageView view() const;

  // About how many bits the exact planes of the whole picture would take, if those of the sample
  // were `tiles`, a picture of its size and kind.
  double bits(ImageView tiles, ThreadPool& pool) const;

  // How many pixels of the picture each of the sample stands for.
  double share() const { return share_; }

 private:
  ImageView colours_;
  Image tiles_;  // empty: all of the picture
  double share_ = 1;
};

}  // namespace vaecomp
