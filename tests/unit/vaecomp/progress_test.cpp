// When the progress line shows.
#include "tools/vaecomp/support/progress.h"

#include <doctest/doctest.h>

#include <string>

namespace vaecomp {
namespace {

using Clock = ProgressLine::Clock;
using std::chrono::milliseconds;

// What is written to a stream while `use` runs with a progress line on it.
template <typename Use>
std::string written(bool shown, Use use) {
  std::FILE* stream = std::tmpfile();
  REQUIRE(stream != nullptr);
  {
    ProgressLine line("work", stream, shown, Clock::time_point());
    use(line);
  }
  std::rewind(stream);
  char text[256] = {};
  const std::size_t size = std::fread(text, 1, sizeof text, stream);
  std::fclose(stream);
  return {text, size};
}

Clock::time_point at(int ms) { return Clock::time_point() + milliseconds(ms); }

TEST_CASE("nothing within the first second") {
  CHECK(written(true, [](ProgressLine& line) { line.update(0.9, at(999)); }).empty());
}

TEST_CASE("then at most every tenth of a second, and wiped at the end") {
  const std::string text = written(true, [](ProgressLine& line) {
    line.update(0.25, at(1000));
    line.update(0.30, at(1099));
    line.update(0.35, at(1100));
  });
  CHECK(text == "\r\033[Kwork 25 %\r\033[Kwork 35 %\r\033[K");
}

TEST_CASE("silent where it is not shown") {
  CHECK(written(false, [](ProgressLine& line) { line.update(0.5, at(5000)); }).empty());
}

}  // namespace
}  // namespace vaecomp
