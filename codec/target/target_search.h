// Finds where a rising function of an integer reaches a goal, with few evaluations.
#pragma once

#include <optional>

namespace vaecomp {

// The caller evaluates: while (const auto x = search.next()) search.tell(*x, f(*x)); Then above()
// is the answer. It may also stop before, when a value serves its purpose.
class RisingSearch {
 public:
  struct Range {
    int low = 0, high = 0;  // both included; nothing to search if high < low
    int guess = 0;          // where to begin
    double slope = 1;       // rise a step to expect until two values are known, > 0
  };

  RisingSearch(const Range& range, double goal);

  // The place to evaluate next; nothing when the search is over. Interpolates (or extrapolates)
  // between the nearest values known on both sides, and halves where that gains too little, so
  // that 101 places take no more than 20 evaluations whatever the function is.
  std::optional<int> next() const;

  // The value at the place that next() gave; any number but NaN.
  void tell(int x, double value);

  // The smallest x with f(x) >= goal; high + 1 if there is none. If f does not quite rise, then a
  // place where it passes the goal: it was below at x - 1 (or x is `low`). Until the search is
  // over, the smallest known so far.
  int above() const { return above_; }

 private:
  Range range_;
  double goal_;
  int below_;  // largest x known with f(x) < goal, low - 1 if none
  int above_;
  std::optional<double> below_value_, above_value_;
  int steps_of_little_ = 0;  // the last steps that did not halve what is left
};

}  // namespace vaecomp
