// Collects the names of metadata that are not kept, for one remark that names them all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tools/image_io/remark.h"

namespace vaecomp {

class LeftOut {
 public:
  // Names are shown once each, the first kMaxNames of them.
  void add(std::string name, std::uint64_t offset) {
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) return;
    if (names_.empty()) offset_ = offset;
    if (names_.size() == kMaxNames) {
      more_ = true;
    } else {
      names_.push_back(std::move(name));
    }
  }

  // "left out: hIST, sPLT", unless nothing was.
  void tell(Remarks* remarks) const {
    if (names_.empty()) return;
    std::string text = "left out: ";
    for (const std::string& name : names_) text += (&name == &names_.front() ? "" : ", ") + name;
    add_remark(remarks, {RemarkKind::kLeftOut, text + (more_ ? " and more" : ""), offset_});
  }

 private:
  static constexpr std::size_t kMaxNames = 20;

  std::vector<std::string> names_;
  std::uint64_t offset_ = kNoOffset;
  bool more_ = false;
};

}  // namespace vaecomp
