// posix_spawn and wait4.
#include "tools/vaecomp/bench/child_run.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#ifndef _WIN32
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;
#endif

namespace vaecomp {

#ifdef _WIN32

Result<ChildRun> run_child(const std::vector<std::string>&) {
  return Error{ErrorCode::kUnsupportedFeature, "other programs cannot be measured on this system"};
}
bool is_installed(const std::string&) { return false; }

#else

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// 0 or errno.
int spawn_silently(const std::vector<std::string>& words, pid_t& child) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  if (const int error = posix_spawn_file_actions_init(&actions)) return error;
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  const int error =
      posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

Result<ChildRun> run_child(const std::vector<std::string>& words) {
  const std::string& program = words.front();
  const Stopwatch watch;
  pid_t child = 0;
  if (const int error = spawn_silently(words, child))
    return Error{ErrorCode::kIo, "cannot start " + program + ": " + std::strerror(error)};
  int status = 0;
  rusage usage = {};
  if (wait4(child, &status, 0, &usage) != child) return Error{ErrorCode::kIo, "lost " + program};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return Error{ErrorCode::kIo, program + " failed"};
#ifdef __APPLE__
  constexpr std::uint64_t kUnit = 1;
#else
  constexpr std::uint64_t kUnit = 1024;
#endif
  return ChildRun{{watch.read().wall, seconds(usage.ru_utime) + seconds(usage.ru_stime)},
                  static_cast<std::uint64_t>(usage.ru_maxrss) * kUnit};
}

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::filesystem::path file = std::filesystem::path(rest.substr(0, end)) / program;
    if (access(file.c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

#endif

std::string own_program() {
  std::error_code failed;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? "vaecomp" : path.string();
}

}  // namespace vaecomp
