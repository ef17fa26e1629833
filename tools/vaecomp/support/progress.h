// One line of progress on stderr, for work that lasts.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

namespace vaecomp {

// Shows "NAME 42 %" on a terminal once the work has taken a second, at most ten times a second, and
// wipes it at the end. Silent if the stream is no terminal.
class ProgressLine {
 public:
  using Clock = std::chrono::steady_clock;

  // On stderr if it is a terminal, unless nobody wants to see it.
  ProgressLine(std::string name, bool wanted);
  // For tests: any stream, shown or not, started at a given time.
  ProgressLine(std::string name, std::FILE* stream, bool shown, Clock::time_point start);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // `done` in 0 .. 1.
  void update(double done) { update(done, Clock::now()); }
  void update(double done, Clock::time_point now);

 private:
  std::string name_;
  std::FILE* stream_;
  bool shown_;
  bool on_screen_ = false;
  Clock::time_point next_;
};

}  // namespace vaecomp
