// What is said on stderr while many files are worked on: a moving line or a line for each, failures
// as they happen, a summary at the end.
#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

#include "tools/vaecomp/batch/batch_plan.h"
#include "tools/vaecomp/batch/batch_report.h"

namespace vaecomp {

// "812 B", "45.2 MB": units of 1000.
std::string bytes_text(std::uint64_t bytes);

// "0:07", "12:34", "1:02:03".
std::string duration_text(double seconds);

// Safe to use from many threads. Failures are shown in every mode; the moving line only if the
// stream is a terminal.
class BatchProgress {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Mode { kAuto, kPlain, kNone };

  // `plan` is borrowed. `done_word` is for the summary: "encoded".
  BatchProgress(const BatchPlan& plan, Mode mode, std::string done_word);
  // For tests: any stream, terminal or not, started at a given time.
  BatchProgress(const BatchPlan& plan, Mode mode, std::string done_word, std::FILE* stream,
                bool terminal, Clock::time_point start);

  // The share done, 0 .. 1, of the file with this number in the plan.
  void advance(std::size_t file, double share) { advance(file, share, Clock::now()); }
  void advance(std::size_t file, double share, Clock::time_point now);

  // A file is finished in one way or another.
  void finish(std::size_t file, const FileResult& result) { finish(file, result, Clock::now()); }
  void finish(std::size_t file, const FileResult& result, Clock::time_point now);

  // Wipes the line and sums up: always in plain mode, never in none, and in auto on a terminal or
  // if not every file is done.
  void summarise(Clock::time_point now = Clock::now());

 private:
  void draw(Clock::time_point now);
  void wipe();
  std::string line(Clock::time_point now) const;
  std::string summary(Clock::time_point now) const;

  const BatchPlan& plan_;
  const Mode mode_;
  const std::string done_word_;
  std::FILE* const stream_;
  const bool terminal_;
  const Clock::time_point start_;

  std::mutex mutex_;
  Clock::time_point next_;
  bool on_screen_ = false;
  std::vector<double> shares_;  // of each file
  double total_weight_ = 0;     // files weigh as much as they have bytes, and a little
  std::size_t done_ = 0, skipped_ = 0, failed_ = 0;
  std::size_t larger_ = 0;                            // of those skipped
  std::uint64_t input_bytes_ = 0, output_bytes_ = 0;  // of those done
};

}  // namespace vaecomp
