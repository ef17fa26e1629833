// Counts rows.
#include "codec/engine/row_schedule.h"

#include <algorithm>

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

RowSchedule::RowSchedule(const LayerPlan& plan, int height, int wave)
    : plan_(plan),
      height_(height),
      wave_(wave),
      made_(plan.segments.size()),
      there_(plan.inputs() + plan.segments.size()),
      held_(there_.size()) {}

bool RowSchedule::next() {
  const Scale result = plan_.last().tensor_scale();
  if (readable_.end == result.of(height_)) return false;
  // What was read in the wave before is gone; what is there by now can be read, if the inputs
  // beside it are done with.
  int done_with = there_.back();
  for (int t = 0; t < plan_.inputs(); ++t)
    done_with = std::min(done_with, result.of(first_row_read(t)));
  readable_ = {readable_.end, std::max(readable_.end, done_with)};

  let_in_ = {let_in_.end, let_in_next()};
  for (int t = 0; t < plan_.inputs(); ++t) {
    held_[t] = let_in_.end - first_row_read(t);
    there_[t] = let_in_.end;
  }
  for (std::size_t s = 0; s < plan_.segments.size(); ++s) {
    const int t = plan_.segments[s].tensor;
    const int first = first_row_read(t);
    made_[s] = {made_[s].end, makeable(s)};
    there_[t] = made_[s].end * plan_.segments[s].shuffle;
    held_[t] = there_[t] - first;
  }
  return true;
}

int RowSchedule::let_in_next() const { return std::min(height_, let_in_.end + wave_); }

int RowSchedule::rows_of_tensor(int t) const {
  return t < plan_.inputs() ? height_
                            : plan_.segments[t - plan_.inputs()].tensor_scale().of(height_);
}

int RowSchedule::makeable(std::size_t s) const {
  int rows = plan_.segments[s].scale.of(height_);
  for_each_read(plan_.segments[s], [&](int t, const RowOperation& operation) {
    rows = std::min(rows, rows_from(operation, there_[t], rows_of_tensor(t)));
  });
  return rows;
}

// Of tensor t, by the segments from what they have made so far, and by the result's reader; its
// height if nobody reads it any more.
int RowSchedule::first_row_read(int t) const {
  int first = t + 1 == static_cast<int>(there_.size()) ? readable_.begin : rows_of_tensor(t);
  for (std::size_t s = 0; s < plan_.segments.size(); ++s) {
    if (made_[s].end == plan_.segments[s].scale.of(height_)) continue;
    for_each_read(plan_.segments[s], [&](int read, const RowOperation& operation) {
      if (read == t) first = std::min(first, first_row(operation, made_[s].end));
    });
  }
  return first;
}

std::vector<int> ring_capacities(const LayerPlan& plan, int height, int wave) {
  std::vector<int> capacities(plan.inputs() + plan.segments.size(), 1);
  RowSchedule schedule(plan, height, wave);
  while (schedule.next()) {
    for (std::size_t t = 0; t < capacities.size(); ++t)
      capacities[t] = std::max(capacities[t], schedule.held(static_cast<int>(t)));
  }
  return capacities;
}

}  // namespace vaecomp
