// Pictures that exact planes code with fewer bits than the one asked for, at an error that is worth
// it: nearly exact coding needs nothing of a decoder.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "codec/base/thread_pool.h"
#include "codec/lossless/block_mask.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// How samples are moved.
struct NearWay {
  enum class Kind { kAsIs, kMerged, kEven };

  Kind kind = Kind::kAsIs;
  int levels = 256;  // kEven: of a sample
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

// Whether few colours, about, have most of the pixels, as of pages and scans of them.
bool has_few_colours(ImageView colours);

// The best way for a picture as coded_colour gives it, by a sample of it; kAsIs for one of 16 bits.
// `error_bits` is what a squared error of 1 (of 255) in a sample is worth.
NearEstimate choose_near_way(ImageView colours, double error_bits, const NearTrials& trials,
                             ThreadPool& pool);

// A picture moved so.
class NearPicture {
 public:
  // Borrows from `colours`.
  NearPicture(ImageView colours, double error_bits, const NearWay& way);

  ImageView view() const;

  // Whether any pixel under the mask (null: any at all) is another.
  bool differs(const BlockMask* mask = nullptr) const;

  // Squared errors of blocks, of 255^2, summed over the channels: [row][column] of `mask`'s blocks.
  std::vector<std::uint64_t> block_errors() const;
  std::uint64_t squared_error() const;

 private:
  ImageView colours_;
  std::vector<std::uint8_t> samples_;  // empty: as it is
};

}  // namespace vaecomp
