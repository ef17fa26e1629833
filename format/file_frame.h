// What both file formats share: magic and version in front, a CRC-32C of everything at the end.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

struct FileFrame {
  std::span<const std::uint8_t, 4> magic;
  std::uint8_t version;
  std::string_view kind;  // "stream" or "model file", for messages
  std::string_view magic_rule, version_rule, checksum_rule;
};

inline constexpr std::uint64_t kFrameHeadBytes = 5;  // magic and version
inline constexpr std::uint64_t kChecksumBytes = 4;

// Checks magic, version and checksum, in this order (VC-10), and gives the file without its
// checksum. Errors: kTruncated, kNotAStream, kUnsupportedVersion, kChecksum, with offset and rule.
Result<ByteSpan> open_frame(ByteSpan file, const FileFrame& frame);

// Appends the checksum of everything in `file`.
void close_frame(Bytes& file);

}  // namespace vaecomp
