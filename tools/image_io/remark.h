// What a reader or a writer of picture files has to tell although the work is done.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "format/error.h"

namespace vaecomp {

enum class RemarkKind {
  kDamage,   // the file breaks its format's rules, but all pixels are as they were meant
  kMadeUp,   // pixels are missing or wrong; only of readers that were told to be tolerant
  kMore,     // the file holds more pictures than the one that is read
  kColour,   // the output looks different from the input, for lack of a place for a fact
  kLarger,   // the output takes more bytes than the input
  kLeftOut,  // metadata that is not kept; nothing that changes how the picture looks
};

// One of them: a text without the file's name and without a full stop, and where in the file.
struct Remark {
  RemarkKind kind = RemarkKind::kDamage;
  std::string text;
  std::uint64_t offset = kNoOffset;

  bool operator==(const Remark&) const = default;
};

using Remarks = std::vector<Remark>;

// Appends, unless nobody listens.
inline void add_remark(Remarks* remarks, Remark remark) {
  if (remarks != nullptr) remarks->push_back(std::move(remark));
}

}  // namespace vaecomp
