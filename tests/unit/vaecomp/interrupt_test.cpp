// A signal removes unfinished output and ends the process with the signal's code.
#include "tools/vaecomp/support/interrupt.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include "tools/vaecomp/support/status.h"

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

// Exit code of a child process that runs `work`.
template <typename Work>
int exit_code_of(Work work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    close(STDERR_FILENO);
    install_interrupt_handlers();
    work();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

TEST_CASE("guarded files go, finished ones stay") {
  const fs::path folder = fs::temp_directory_path() / ("vaecomp_test_" + std::to_string(getpid()));
  fs::create_directory(folder);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    for (const char* name : {"finished", "first", "second"}) std::ofstream(folder / name) << "x";
    const int code = exit_code_of([&] {
      { const RemovedOnInterrupt finished(folder / "finished"); }
      const RemovedOnInterrupt first(folder / "first"), second(folder / "second");
      raise(number);
    });
    CHECK(code == kExitSignal + number);
    CHECK(fs::exists(folder / "finished"));
    CHECK_FALSE(fs::exists(folder / "first"));
    CHECK_FALSE(fs::exists(folder / "second"));
  }
  fs::remove_all(folder);
}

// Creates files without end, each guarded from its birth to its removal.
void create_and_remove(const fs::path& folder, int thread) {
  for (unsigned n = 0;; ++n) {
    const fs::path path = folder / (std::to_string(thread) + "_" + std::to_string(n));
    std::optional<RemovedOnInterrupt> guard;
    {
      const InterruptsHeld held;
      std::ofstream(path) << "x";
      guard.emplace(path);
    }
    fs::remove(path);
  }
}

TEST_CASE("no thread leaves a file behind, whenever the signal comes") {
  const fs::path folder = fs::temp_directory_path() / ("vaecomp_many_" + std::to_string(getpid()));
  fs::create_directory(folder);
  for (int round = 0; round < 40; ++round) {
    const int code = exit_code_of([&] {
      std::vector<std::thread> threads;
      for (int t = 1; t < 4; ++t) threads.emplace_back([&, t] { create_and_remove(folder, t); });
      // Two signals at once: the second finds the first one's handler at work.
      threads.emplace_back([round] {
        std::this_thread::sleep_for(std::chrono::microseconds(300 * round));
        kill(getpid(), SIGTERM);
        kill(getpid(), SIGINT);
      });
      create_and_remove(folder, 0);
    });
    CHECK((code == kExitSignal + SIGTERM || code == kExitSignal + SIGINT));
    CHECK(fs::is_empty(folder));
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace vaecomp
