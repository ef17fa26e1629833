// In which order the segments of a network make their rows, so that none needs its inputs as a
// whole. Exact zone.
//
// Rows of the inputs are let in a few at a time, in waves. In each wave every segment makes all
// rows that its operands allow, in the order of the network; each lags behind the one before it by
// the rows that its depthwise convolution looks ahead. What a segment will still read bounds what
// has to be kept. (libjxl's render pipeline and the row caches of video decoders work alike.)
#pragma once

#include <vector>

#include "codec/engine/layer_plan.h"

namespace vaecomp {

struct RowRange {
  int begin = 0, end = 0;

  int count() const { return end - begin; }
};

class RowSchedule {
 public:
  // For inputs of `height` rows, of which `wave` more are let in each time. `plan` is borrowed.
  RowSchedule(const LayerPlan& plan, int height, int wave);

  // Moves on to the next wave; false if all rows are made and have been read.
  bool next();

  // Rows of each input that are let in with this wave.
  RowRange let_in() const { return let_in_; }

  // Rows of each input, from the top, that will have been let in with the next wave.
  int let_in_next() const;

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
  int rows_of_tensor(int t) const;
  int makeable(std::size_t s) const;
  int first_row_read(int t) const;

  const LayerPlan& plan_;
  int height_, wave_;
  RowRange let_in_, readable_;
  std::vector<RowRange> made_;  // by segment, in this wave
  std::vector<int> there_;      // by tensor: its rows so far
  std::vector<int> held_;       // by tensor
};

// For each tensor, inputs too, the largest number of rows that is ever held: the capacity of its
// ring.
std::vector<int> ring_capacities(const LayerPlan& plan, int height, int wave);

}  // namespace vaecomp
