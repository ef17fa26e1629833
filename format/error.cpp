// Names and messages of errors.
#include "format/error.h"

namespace vaecomp {

std::string_view error_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kTruncated:
      return "truncated";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kChecksum:
      return "checksum";
    case ErrorCode::kNotAStream:
      return "not_a_stream";
    case ErrorCode::kUnsupportedVersion:
      return "unsupported_version";
    case ErrorCode::kUnsupportedFeature:
      return "unsupported_feature";
    case ErrorCode::kUnknownModel:
      return "unknown_model";
    case ErrorCode::kLimit:
      return "limit";
    case ErrorCode::kMemory:
      return "memory";
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

std::string Error::message() const {
  std::string where;
  if (offset != kNoOffset) where = "at byte " + std::to_string(offset);
  if (!rule.empty()) {
    if (!where.empty()) where += "; ";
    where += rule;
  }
  return where.empty() ? text : text + " (" + where + ")";
}

}  // namespace vaecomp
