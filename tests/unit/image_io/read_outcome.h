// What became of a file that a reader was given, for tables of damage.
#pragma once

#include <algorithm>
#include <ostream>
#include <string>

#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp::test {

enum class Outcome {
  kTaken,        // without a word
  kNoted,        // with a note
  kWarned,       // all pixels as they were meant
  kMore,         // the first of several pictures
  kColour,       // with other colours
  kMadeUp,       // pixels are wrong or missing
  kRefused,      // kCorrupt
  kTruncated,    // kTruncated
  kUnsupported,  // kUnsupportedFeature
  kOther
};

inline std::ostream& operator<<(std::ostream& out, Outcome outcome) {
  constexpr const char* kNames[] = {"taken",   "noted",   "warned",    "more",        "colour",
                                    "made up", "refused", "truncated", "unsupported", "other"};
  return out << kNames[static_cast<int>(outcome)];
}

// With the text and offset of the error, or of the gravest remark.
struct ReadOutcome {
  Outcome outcome = Outcome::kOther;
  std::string text;
  std::uint64_t offset = kNoOffset;
};

inline Outcome outcome_of_kind(RemarkKind kind) {
  switch (kind) {
    case RemarkKind::kDamage:
      return Outcome::kWarned;
    case RemarkKind::kMadeUp:
      return Outcome::kMadeUp;
    case RemarkKind::kMore:
      return Outcome::kMore;
    case RemarkKind::kColour:
      return Outcome::kColour;
    case RemarkKind::kLeftOut:
      return Outcome::kNoted;
    case RemarkKind::kLarger:
      break;  // no reader says so
  }
  return Outcome::kOther;
}

using Reader = Result<Image> (*)(ByteSpan, const ReadOptions&, Remarks*);

inline ReadOutcome outcome_of(Reader reader, ByteSpan file, bool tolerant) {
  Remarks remarks;
  const Result<Image> image = reader(file, {.limits = {}, .tolerant = tolerant}, &remarks);
  if (!image) {
    const Error& error = image.error();
    const Outcome outcome = error.code == ErrorCode::kCorrupt              ? Outcome::kRefused
                            : error.code == ErrorCode::kTruncated          ? Outcome::kTruncated
                            : error.code == ErrorCode::kUnsupportedFeature ? Outcome::kUnsupported
                                                                           : Outcome::kOther;
    return {outcome, error.text, error.offset};
  }
  ReadOutcome gravest{Outcome::kTaken, {}, kNoOffset};
  for (const Remark& remark : remarks) {
    const Outcome outcome = outcome_of_kind(remark.kind);
    if (outcome > gravest.outcome) gravest = {outcome, remark.text, remark.offset};
  }
  return gravest;
}

}  // namespace vaecomp::test
