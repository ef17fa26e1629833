// The progress line.
#include "tools/vaecomp/support/progress.h"

#include <algorithm>
#include <utility>

#include "tools/vaecomp/support/platform.h"

namespace vaecomp {
namespace {

constexpr auto kDelay = std::chrono::seconds(1);
constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr const char* kWipe = "\r\033[K";  // to the line's start, clear it

}  // namespace

ProgressLine::ProgressLine(std::string name, bool wanted)
    : ProgressLine(std::move(name), stderr, wanted && is_terminal(stderr), Clock::now()) {}

ProgressLine::ProgressLine(std::string name, std::FILE* stream, bool shown, Clock::time_point start)
    : name_(std::move(name)), stream_(stream), shown_(shown), next_(start + kDelay) {}

ProgressLine::~ProgressLine() {
  if (on_screen_) {
    std::fputs(kWipe, stream_);
    std::fflush(stream_);
  }
}

void ProgressLine::update(double done, Clock::time_point now) {
  if (!shown_ || now < next_) return;
  next_ = now + kInterval;
  on_screen_ = true;
  const int percent = static_cast<int>(100 * std::clamp(done, 0.0, 1.0));
  std::fprintf(stream_, "%s%s %d %%", kWipe, name_.c_str(), percent);
  std::fflush(stream_);
}

}  // namespace vaecomp
