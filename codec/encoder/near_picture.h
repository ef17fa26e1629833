// Pictures that exact planes code with fewer bits than the one asked for, at an error that is worth
// it: nearly exact coding needs nothing of a decoder.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "codec/base/thread_pool.h"
#include "codec/encoder/calm_pixels.h"
#include "codec/encoder/picture_sample.h"
#include "codec/lossless/block_mask.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// How samples are moved.
struct NearWay {
  enum class Kind { kAsIs, kMerged, kEven };

  Kind kind = Kind::kAsIs;
  int levels = 256;  // kEven: of a sample

  bool operator==(const NearWay&) const = default;
};

// Which ways are looked at.
struct NearTrials {
  bool merged = true;  // takes as long as exact coding
  bool even = true;
};

// What it would cost.
struct NearEstimate {
  NearWay way;
  double cost = 0;  // bits, and error_bits * squared error, of the whole picture
};

// The ways for a picture, by a sample of it; each is tried once.
class NearWays {
 public:
  // Borrows from `colours`, as coded_colour gives them, and the pool. `error_bits` is what a
  // squared error of 1 (of 255) in a sample is worth.
  NearWays(ImageView colours, double error_bits, ThreadPool& pool)
      : sample_(colours), error_bits_(error_bits), pool_(pool) {}

  // Whether few colours, about, have most of the pixels, as of pages and scans of them.
  bool few_colours() const;

  // About how many bits the picture would take as it is.
  double as_is() { return cost({}); }

  // The best of some ways; kAsIs for a picture of 16 bits.
  NearEstimate best(const NearTrials& trials);

 private:
  double cost(const NearWay& way);
  std::vector<NearWay> promising(const NearTrials& trials);

  PictureSample sample_;
  double error_bits_;
  ThreadPool& pool_;
  std::vector<Calm> calm_;  // of the sample; empty until it is asked for
  std::vector<std::pair<NearWay, double>> costs_;
};

// A picture moved so.
class NearPicture {
 public:
  // Borrows from `colours`.
  NearPicture(ImageView colours, double error_bits, const NearWay& way);

  ImageView view() const;

  // Whether any pixel under the mask is another.
  bool differs(const BlockMask& mask) const;

  // Squared errors of blocks, of 255^2, summed over the channels: [row][column] as in a BlockMask.
  const std::vector<std::uint64_t>& block_errors() const { return block_errors_; }
  std::uint64_t squared_error() const;

 private:
  ImageView colours_;
  std::vector<std::uint8_t> samples_;  // empty: as it is
  std::vector<std::uint64_t> block_errors_;
};

}  // namespace vaecomp
