// Times of repeated work, and what to say of them.
#pragma once

#include <chrono>
#include <vector>

namespace vaecomp {

// Seconds of one run: as a clock on the wall shows them, and of all processors together, which
// other work on the machine hardly changes.
struct RunTime {
  double wall = 0, processor = 0;
};

// Of this process, from its construction on.
class Stopwatch {
 public:
  Stopwatch();
  RunTime read() const;

 private:
  std::chrono::steady_clock::time_point wall_;
  double processor_;
};

struct Spread {
  double median = 0, least = 0, most = 0;
};

// Of at least one number; of an even count the lower of the two in the middle is the median.
Spread spread_of(std::vector<double> values);

// Of either part of some runs' times.
Spread spread_of(const std::vector<RunTime>& runs, double RunTime::*part);

}  // namespace vaecomp
