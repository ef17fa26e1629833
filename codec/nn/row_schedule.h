// In which order the segments of a network make their rows, so that none needs its inputs as a
// whole. Exact zone.
//
// Rows of the inputs are let in a few at a time, in waves. In each wave every segment makes all
// rows that its operands allow, in the order of the network; each lags behind the one before it by
// the rows that its depthwise convolution looks ahead. What a segment will still read bounds what
// has to be kept. (libjxl's render pipeline and the row caches of video decoders work alike.)
#pragma once

#include <span>
#include <vector>

#include "codec/nn/segment.h"

namespace vaecomp {

struct RowRange {
  int begin = 0, end = 0;

  int count() const { return end - begin; }
};

class RowSchedule {
 public:
  // For inputs of `height` rows, of which `wave` more are let in each time. `segments` are
  // borrowed, `inputs` is the number of the network's inputs.
  RowSchedule(std::span<const Segment> segments, int inputs, int height, int wave);

  // Moves on to the next wave; false if all rows are made and have been read.
  bool next();

  // Rows that segment s makes in this wave, of its own grid: before its shuffle.
  RowRange made(std::size_t s) const { return made_[s]; }

  // Rows of the result, made in earlier waves, that may be read while this wave is made. The
  // inputs' rows from which they came are read no more: whoever reads the result may overwrite
  // these.
  RowRange readable() const { return readable_; }

  // Rows of tensor t (inputs first, then one for each segment) that are needed at one time in this
  // wave: from the first that is still read to the last that is made.
  int held(int t) const { return held_[t]; }

 private:
  int rows_of(std::size_t s) const { return height_ * segments_[s].scale; }
  int result_scale() const { return segments_.back().scale * segments_.back().shuffle; }
  int tensor_of(std::size_t s) const { return inputs_ + static_cast<int>(s); }
  int makeable(std::size_t s) const;
  int first_row_read(int t) const;

  std::span<const Segment> segments_;
  int inputs_, height_, wave_;
  std::vector<RowRange> made_;  // by segment, in this wave
  std::vector<int> there_;      // by tensor: its rows so far
  std::vector<int> held_;       // by tensor
  RowRange readable_;
};

// For each tensor the largest number of rows that is ever held: the capacity of its ring.
std::vector<int> ring_capacities(std::span<const Segment> segments, int inputs, int height,
                                 int wave);

}  // namespace vaecomp
