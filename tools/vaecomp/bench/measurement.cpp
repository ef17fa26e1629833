// Clocks and order statistics.
#include "tools/vaecomp/bench/measurement.h"

#include <algorithm>
#include <ctime>

namespace vaecomp {
namespace {

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

Stopwatch::Stopwatch() : wall_(std::chrono::steady_clock::now()), processor_(processor_seconds()) {}

RunTime Stopwatch::read() const {
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_;
  return {wall.count(), processor_seconds() - processor_};
}

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values[(values.size() - 1) / 2], values.front(), values.back()};
}

Spread spread_of(const std::vector<RunTime>& runs, double RunTime::*part) {
  std::vector<double> values;
  for (const RunTime& run : runs) values.push_back(run.*part);
  return spread_of(std::move(values));
}

}  // namespace vaecomp
