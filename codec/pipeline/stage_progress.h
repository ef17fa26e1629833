// Progress of a pipeline, reported stage by stage in the share of work that a stage is known to be.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

class StageProgress {
 public:
  explicit StageProgress(const Progress& report) : report_(report) {}

  // Work done so far, 0 .. 1. An error if the caller asked to stop.
  Result<void> reached(double done) const {
    if (report_ && !report_(done)) return Error{ErrorCode::kIo, "interrupted"};
    return {};
  }

 private:
  const Progress& report_;
};

}  // namespace vaecomp
