// Counts rows.
#include "codec/nn/row_schedule.h"

#include <algorithm>
#include <limits>

namespace vaecomp {
namespace {

// Calls visit(tensor, operation) for each tensor that an operation of the segment reads.
template <typename Visit>
void for_each_read(const Segment& segment, const Visit& visit) {
  static constexpr RowOperation kShuffle{.op = Op::kShuffle};
  if (segment.result.kind == Operand::Kind::kTensor) visit(segment.result.index, kShuffle);
  for (const RowOperation& operation : segment.operations) {
    for (const Operand* x : {&operation.a, &operation.b})
      if (x->kind == Operand::Kind::kTensor) visit(x->index, operation);
  }
}

// The first row that an operation reads to make row `y`.
int first_row(const RowOperation& operation, int y) {
  if (operation.op == Op::kDepthwise) return std::max(0, y - operation.k / 2);
  return operation.op == Op::kUnshuffle ? y * operation.k : y;
}

// How many rows an operation can make of the first `there` of `height`.
int rows_from(const RowOperation& operation, int there, int height) {
  if (operation.op == Op::kDepthwise)
    return there == height ? height : std::max(0, there - operation.k / 2);
  return operation.op == Op::kUnshuffle ? there / operation.k : there;
}

}  // namespace

RowSchedule::RowSchedule(std::span<const Segment> segments, int inputs, int height, int wave)
    : segments_(segments),
      inputs_(inputs),
      height_(height),
      wave_(wave),
      made_(segments.size()),
      there_(inputs + segments.size()),
      held_(there_.size()) {}

bool RowSchedule::next() {
  if (readable_.end == height_ * result_scale()) return false;
  // What was read in the wave before is gone; what is there by now can be read, if the inputs below
  // it are done with.
  readable_.begin = readable_.end;
  int done_with = there_.back();
  for (int t = 0; t < inputs_; ++t)
    done_with = std::min(done_with, first_row_read(t) * result_scale());
  readable_.end = std::max(readable_.begin, done_with);

  for (int t = 0; t < inputs_; ++t) there_[t] = std::min(height_, there_[t] + wave_);
  for (std::size_t s = 0; s < segments_.size(); ++s) {
    const int t = tensor_of(s);
    const int first = first_row_read(t);
    made_[s] = {made_[s].end, makeable(s)};
    there_[t] = made_[s].end * segments_[s].shuffle;
    held_[t] = there_[t] - first;
  }
  return true;
}

int RowSchedule::makeable(std::size_t s) const {
  int rows = rows_of(s);
  for_each_read(segments_[s], [&](int t, const RowOperation& operation) {
    const int height = t < inputs_ ? height_
                                   : rows_of(static_cast<std::size_t>(t - inputs_)) *
                                         segments_[t - inputs_].shuffle;
    rows = std::min(rows, rows_from(operation, there_[t], height));
  });
  return rows;
}

// Of tensor t, by the segments from what they have made so far, and by the result's reader; beyond
// the end if nobody reads it any more.
int RowSchedule::first_row_read(int t) const {
  int first = std::numeric_limits<int>::max() / kMaxScale;
  if (t + 1 == static_cast<int>(there_.size())) first = readable_.begin;
  for (std::size_t s = 0; s < segments_.size(); ++s) {
    if (made_[s].end == rows_of(s)) continue;
    for_each_read(segments_[s], [&](int read, const RowOperation& operation) {
      if (read == t) first = std::min(first, first_row(operation, made_[s].end));
    });
  }
  return first;
}

std::vector<int> ring_capacities(std::span<const Segment> segments, int inputs, int height,
                                 int wave) {
  std::vector<int> capacities(inputs + segments.size(), 1);
  RowSchedule schedule(segments, inputs, height, wave);
  while (schedule.next()) {
    for (std::size_t t = inputs; t < capacities.size(); ++t)
      capacities[t] = std::max(capacities[t], schedule.held(static_cast<int>(t)));
  }
  return capacities;
}

}  // namespace vaecomp
