// The moving line is wiped before anything else is written and drawn again at the next report.
#include "tools/vaecomp/batch/batch_progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/vaecomp/support/platform.h"

namespace vaecomp {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr const char* kWipe = "\r\033[K";  // to the line's start, clear it
constexpr double kWeightOfAnyFile = 1000;  // bytes: opening and closing it

double weight(const PlannedFile& file) {
  return kWeightOfAnyFile + static_cast<double>(file.input_bytes);
}

double seconds_between(BatchProgress::Clock::time_point from, BatchProgress::Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// "45.2 MB -> 3.1 MB (-93.1 %)".
std::string change_text(std::uint64_t before, std::uint64_t after) {
  std::string text = bytes_text(before) + " -> " + bytes_text(after);
  if (before == 0) return text;
  char share[32];
  std::snprintf(share, sizeof share, " (%+.1f %%)",
                100.0 * (static_cast<double>(after) / static_cast<double>(before) - 1.0));
  return text + share;
}

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  static constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  // 999.95 would be shown as 1000.0.
  for (; value >= 999.95 && unit + 1 < std::size(kUnits); ++unit) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", value, kUnits[unit]);
  return text;
}

std::string duration_text(double seconds) {
  const auto all = static_cast<long long>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  const long long hours = all / 3600, minutes = all / 60 % 60;
  char text[48];
  if (hours > 0) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", hours, minutes, all % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld", minutes, all % 60);
  }
  return text;
}

BatchProgress::BatchProgress(const BatchPlan& plan, Mode mode, std::string done_word)
    : BatchProgress(plan, mode, std::move(done_word), stderr, is_terminal(stderr), Clock::now()) {}

BatchProgress::BatchProgress(const BatchPlan& plan, Mode mode, std::string done_word,
                             std::FILE* stream, bool terminal, Clock::time_point start)
    : plan_(plan),
      mode_(mode),
      done_word_(std::move(done_word)),
      stream_(stream),
      terminal_(terminal),
      start_(start),
      next_(start),
      shares_(plan.files.size()) {
  for (const PlannedFile& file : plan.files) total_weight_ += weight(file);
}

void BatchProgress::advance(std::size_t file, double share, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  shares_[file] = std::clamp(share, 0.0, 1.0);
  draw(now);
}

void BatchProgress::finish(std::size_t file, const FileResult& result, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  shares_[file] = 1;
  std::string said;
  switch (result.outcome) {
    case Outcome::kDone:
      ++done_;
      input_bytes_ += result.input_bytes;
      output_bytes_ += result.output_bytes;
      said = change_text(result.input_bytes, result.output_bytes);
      break;
    case Outcome::kLarger:
      ++larger_;
      [[fallthrough]];
    case Outcome::kExists:
      ++skipped_;
      said = "skipped: " + skip_reason(result);
      break;
    case Outcome::kFailed:
      ++failed_;
      break;
  }
  if (!result.said.empty()) wipe();
  for (const std::string& line : result.said) std::fprintf(stream_, "%s\n", line.c_str());
  if (result.failure) {
    wipe();
    std::fprintf(stream_, "%s\n", failure_line(*result.failure).c_str());
  } else if (mode_ == Mode::kPlain) {
    const std::string text = std::to_string(done_ + skipped_ + failed_) + "/" +
                             std::to_string(plan_.files.size()) + " " + quoted_name(result.output) +
                             ": " + said;
    std::fprintf(stream_, "%s\n", text.c_str());
  }
  draw(now);
}

void BatchProgress::summarise(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  wipe();
  // Off a terminal, silence means that every file was taken and is done.
  const bool all_done = done_ == plan_.files.size() && plan_.left_alone == 0;
  const bool wanted = mode_ == Mode::kPlain || (mode_ == Mode::kAuto && (terminal_ || !all_done));
  if (wanted) std::fprintf(stream_, "%s\n", summary(now).c_str());
}

void BatchProgress::draw(Clock::time_point now) {
  if (mode_ != Mode::kAuto || !terminal_ || now < next_) return;
  next_ = now + kInterval;
  on_screen_ = true;
  std::fprintf(stream_, "%s%s", kWipe, line(now).c_str());
  std::fflush(stream_);
}

void BatchProgress::wipe() {
  if (!on_screen_) return;
  on_screen_ = false;
  next_ = Clock::time_point::min();  // to be drawn again without waiting
  std::fputs(kWipe, stream_);
  std::fflush(stream_);
}

// "12/340 files, 3.4 MB saved, 1 failed, 2:31 left".
std::string BatchProgress::line(Clock::time_point now) const {
  std::string text = std::to_string(done_ + skipped_ + failed_) + "/" +
                     std::to_string(plan_.files.size()) + " files";
  if (input_bytes_ > output_bytes_)
    text += ", " + bytes_text(input_bytes_ - output_bytes_) + " saved";
  if (failed_ > 0) text += ", " + std::to_string(failed_) + " failed";
  double weight_done = 0;
  for (std::size_t i = 0; i < shares_.size(); ++i)
    weight_done += shares_[i] * weight(plan_.files[i]);
  if (weight_done <= 0) return text;
  const double left = seconds_between(start_, now) * (total_weight_ / weight_done - 1);
  return text + ", " + duration_text(left) + " left";
}

std::string BatchProgress::summary(Clock::time_point now) const {
  std::string text = "vaecomp: " + std::to_string(done_) + " " + done_word_;
  if (skipped_ > 0) text += ", " + std::to_string(skipped_) + " skipped";
  if (larger_ > 0) text += " (" + std::to_string(larger_) + " larger than the input)";
  if (failed_ > 0) text += ", " + std::to_string(failed_) + " failed";
  if (plan_.left_alone > 0) text += ", " + left_alone_text(plan_.left_alone);
  if (done_ > 0) text += "; " + change_text(input_bytes_, output_bytes_);
  return text + " in " + duration_text(seconds_between(start_, now));
}

}  // namespace vaecomp
