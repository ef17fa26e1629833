// A table of paths that a signal handler can walk, because it may neither allocate nor lock.
#include "tools/vaecomp/support/interrupt.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "tools/vaecomp/support/status.h"

namespace vaecomp {
namespace {

// More than files are ever written at once. A handler has no argument, hence the globals.
std::array<std::atomic<const char*>, 512> g_unfinished{};
static_assert(std::atomic<const char*>::is_always_lock_free);

// Held while a file comes to be or is renamed; the handler takes it and never gives it back.
std::atomic_flag g_held;

std::atomic_flag g_interrupted;

void on_interrupt(int number) {
  // A second signal of another kind must not wait for what the first handler holds.
  if (g_interrupted.test_and_set()) return;
  while (g_held.test_and_set()) {
  }
  for (const auto& path : g_unfinished) {
    if (const char* p = path.load()) std::remove(p);
  }
  constexpr std::string_view kLine = "vaecomp: interrupted\n";
  write_from_handler(kLine.data(), kLine.size());
  std::_Exit(kExitSignal + number);
}

}  // namespace

void install_interrupt_handlers() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
#ifdef SIGHUP
  // nohup leaves SIGHUP ignored, and so it stays.
  if (std::signal(SIGHUP, on_interrupt) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
#endif
}

InterruptsHeld::InterruptsHeld() {
  while (g_held.test_and_set()) std::this_thread::yield();
}

InterruptsHeld::~InterruptsHeld() { g_held.clear(); }

RemovedOnInterrupt::RemovedOnInterrupt(const std::filesystem::path& path) : path_(path.string()) {
  for (std::size_t i = 0; i < g_unfinished.size(); ++i) {
    const char* empty = nullptr;
    if (g_unfinished[i].compare_exchange_strong(empty, path_.c_str())) {
      slot_ = static_cast<int>(i);
      return;
    }
  }
}

RemovedOnInterrupt::~RemovedOnInterrupt() {
  if (slot_ >= 0) g_unfinished[slot_].store(nullptr);
}

}  // namespace vaecomp
