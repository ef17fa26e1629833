// What a batch says: amounts, the time left, and when it keeps quiet.
#include "tools/vaecomp/batch/batch_progress.h"

#include <doctest/doctest.h>

#include <string>

namespace vaecomp {
namespace {

using Clock = BatchProgress::Clock;
using Mode = BatchProgress::Mode;

Clock::time_point at(int seconds) { return Clock::time_point() + std::chrono::seconds(seconds); }

// Three files of 1 MB each but for the weight that any file has.
BatchPlan plan_of_three() {
  BatchPlan plan;
  for (const char* name : {"a", "b", "c"})
    plan.files.push_back({std::string(name) + ".png", std::string(name) + ".vaec", 999'000});
  return plan;
}

FileResult done() {
  FileResult result;
  result.output = "a.vaec";
  result.outcome = Outcome::kDone;
  result.input_bytes = 999'000;
  result.output_bytes = 99'000;
  return result;
}

FileResult failed() {
  FileResult result;
  result.failure = Failure{"b.png", {ErrorCode::kIo, "gone"}};
  return result;
}

// What is written while `use` runs with a batch's progress that began at 0 s.
template <typename Use>
std::string written(Mode mode, bool terminal, Use use) {
  std::FILE* stream = std::tmpfile();
  REQUIRE(stream != nullptr);
  const BatchPlan plan = plan_of_three();
  BatchProgress progress(plan, mode, "encoded", stream, terminal, at(0));
  use(progress);
  std::rewind(stream);
  char text[1024] = {};
  const std::size_t size = std::fread(text, 1, sizeof text, stream);
  std::fclose(stream);
  return {text, size};
}

void a_failing_run(BatchProgress& progress) {
  progress.advance(0, 0.5, at(10));
  progress.finish(0, done(), at(20));
  progress.finish(1, failed(), at(30));
  progress.summarise(at(30));
}

TEST_CASE("amounts and durations") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(999) == "999 B");
  CHECK(bytes_text(1000) == "1.0 kB");
  CHECK(bytes_text(999'949) == "999.9 kB");
  CHECK(bytes_text(999'950) == "1.0 MB");
  CHECK(bytes_text(45'200'000'000) == "45.2 GB");
  CHECK(duration_text(0) == "0:00");
  CHECK(duration_text(59.6) == "1:00");
  CHECK(duration_text(754) == "12:34");
  CHECK(duration_text(3723) == "1:02:03");
}

TEST_CASE("on a terminal: share of bytes done gives the time left") {
  CHECK(written(Mode::kAuto, true, a_failing_run) ==
        "\r\033[K0/3 files, 0:50 left"
        "\r\033[K1/3 files, 900.0 kB saved, 0:40 left"
        "\r\033[Kvaecomp: b.png: gone\n"
        "\r\033[K2/3 files, 900.0 kB saved, 1 failed, 0:15 left"
        "\r\033[Kvaecomp: 1 encoded, 1 failed; 999.0 kB -> 99.0 kB (-90.1 %) in 0:30\n");
}

TEST_CASE("elsewhere: failures, and a summary if not all went well") {
  const std::string failure = "vaecomp: b.png: gone\n";
  const std::string summary =
      "vaecomp: 1 encoded, 1 failed; 999.0 kB -> 99.0 kB (-90.1 %) in 0:30\n";
  CHECK(written(Mode::kAuto, false, a_failing_run) == failure + summary);
  CHECK(written(Mode::kNone, true, a_failing_run) == failure);
  CHECK(written(Mode::kPlain, true, a_failing_run) ==
        "1/3 a.vaec: 999.0 kB -> 99.0 kB (-90.1 %)\n" + failure + summary);
  const auto all_well = [](BatchProgress& progress) {
    for (std::size_t i = 0; i < 3; ++i) progress.finish(i, done(), at(1));
    progress.summarise(at(1));
  };
  CHECK(written(Mode::kAuto, false, all_well).empty());
}

}  // namespace
}  // namespace vaecomp
