// Progress of a pipeline, reported stage by stage in the share of work that a stage is known to be.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

class StageProgress {
 public:
  explicit StageProgress(const Progress& report) : report_(report) {}

  // Work done so far, 0 .. 1. An error if the caller asked to stop.
  Result<void> reached(double done) const {
    if (report_ && !report_(begin_ + (end_ - begin_) * done))
      return Error{ErrorCode::kIo, "interrupted"};
    return {};
  }

  // The progress of a part of this work, which lasts from `begin` to `end` of it.
  StageProgress part(double begin, double end) const {
    StageProgress part(report_);
    part.begin_ = begin_ + (end_ - begin_) * begin;
    part.end_ = begin_ + (end_ - begin_) * end;
    return part;
  }

 private:
  const Progress& report_;
  double begin_ = 0, end_ = 1;
};

}  // namespace vaecomp
