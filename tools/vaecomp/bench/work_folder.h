// A temporary folder that is gone at the end, also after an interrupt.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "format/error.h"
#include "tools/vaecomp/support/interrupt.h"

namespace vaecomp {

class WorkFolder {
 public:
  // Creates it, for the owner alone. `names`: of all files that will be in it. Errors: kIo.
  static Result<std::unique_ptr<WorkFolder>> create(const std::vector<std::string>& names);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  WorkFolder(std::filesystem::path path, const std::vector<std::string>& names);

  std::filesystem::path path_;
  // The files first: a folder is removed when it is empty.
  std::vector<std::unique_ptr<RemovedOnInterrupt>> guards_;
};

}  // namespace vaecomp
