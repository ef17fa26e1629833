// A bracket that shrinks from both sides.
#include "codec/target/target_search.h"

#include <algorithm>
#include <cmath>

namespace vaecomp {
namespace {

constexpr int kPatience = 2;  // steps of little that are put up with

// Rounds up, and stays in an int for every distance.
int steps(double distance) { return static_cast<int>(std::ceil(std::min(distance, 1e6))); }

}  // namespace

RisingSearch::RisingSearch(const Range& range, double goal)
    : range_(range), goal_(goal), below_(range.low - 1), above_(range.high + 1) {}

std::optional<int> RisingSearch::next() const {
  if (above_ - below_ <= 1) return std::nullopt;
  const int first = below_ + 1, last = above_ - 1;
  int x = range_.guess;
  if (steps_of_little_ > kPatience) {
    x = below_ + (above_ - below_) / 2;
  } else if (below_value_ && above_value_) {
    const double share = (goal_ - *below_value_) / (*above_value_ - *below_value_);
    // An infinite value tells nothing about where to look.
    x = below_ + (std::isfinite(share) ? static_cast<int>(std::lround(share * (above_ - below_)))
                                       : (above_ - below_) / 2);
  } else if (below_value_) {
    x = below_ + std::max(1, steps((goal_ - *below_value_) / range_.slope));
  } else if (above_value_) {
    x = above_ - std::max(1, steps((*above_value_ - goal_) / range_.slope));
  }
  return std::clamp(x, first, last);
}

void RisingSearch::tell(int x, double value) {
  const int before = above_ - below_;
  if (value < goal_) {
    below_ = x;
    below_value_ = value;
  } else {
    above_ = x;
    above_value_ = value;
  }
  // Interpolation that creeps along one side shrinks the bracket little, time after time.
  const bool little = 2 * (above_ - below_) > before;
  steps_of_little_ = little ? steps_of_little_ + 1 : 0;
}

}  // namespace vaecomp
