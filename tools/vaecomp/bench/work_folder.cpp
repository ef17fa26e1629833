// A name that nobody has, below the system's folder for such things.
#include "tools/vaecomp/bench/work_folder.h"

#include <random>
#include <system_error>
#include <utility>

namespace vaecomp {

Result<std::unique_ptr<WorkFolder>> WorkFolder::create(const std::vector<std::string>& names) {
  constexpr int kTries = 16;
  std::error_code failed;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(failed);
  std::random_device random;
  for (int i = 0; i < kTries && !failed; ++i) {
    const std::filesystem::path path = parent / ("vaecomp-bench-" + std::to_string(random()));
    const InterruptsHeld held;
    if (!std::filesystem::create_directory(path, failed)) continue;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, failed);
    return std::unique_ptr<WorkFolder>(new WorkFolder(path, names));
  }
  return Error{ErrorCode::kIo, "cannot create a temporary folder: " + failed.message()};
}

WorkFolder::WorkFolder(std::filesystem::path path, const std::vector<std::string>& names)
    : path_(std::move(path)) {
  for (const std::string& name : names)
    guards_.push_back(std::make_unique<RemovedOnInterrupt>(path_ / name));
  guards_.push_back(std::make_unique<RemovedOnInterrupt>(path_));
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace vaecomp
