// Checks that come before a byte of the content is believed.
#include "format/file_frame.h"

#include <algorithm>
#include <string>

#include "format/crc32c.h"

namespace vaecomp {

Result<ByteSpan> open_frame(ByteSpan file, const FileFrame& frame) {
  const std::string kind(frame.kind);
  const std::size_t known = std::min(file.size(), frame.magic.size());
  if (!std::equal(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(known),
                  frame.magic.begin())) {
    return Error{ErrorCode::kNotAStream, "not a vaecomp " + kind, 0, frame.magic_rule};
  }
  if (known < frame.magic.size()) {
    return Error{ErrorCode::kTruncated, file.empty() ? kind + " is empty" : kind + " ends early",
                 file.size(), frame.magic_rule};
  }
  if (file.size() == known) {
    return Error{ErrorCode::kTruncated, kind + " ends early", file.size(), frame.version_rule};
  }
  if (file[known] != frame.version) {
    return Error{ErrorCode::kUnsupportedVersion,
                 kind + " has version " + std::to_string(file[known]) + ", this program reads " +
                     std::to_string(frame.version),
                 known, frame.version_rule};
  }
  if (file.size() < kFrameHeadBytes + kChecksumBytes) {
    return Error{ErrorCode::kTruncated, kind + " ends early", file.size(), frame.checksum_rule};
  }
  const ByteSpan content = file.first(file.size() - kChecksumBytes);
  if (crc32c(content) != load_le<std::uint32_t>(file.data() + content.size())) {
    return Error{ErrorCode::kChecksum, "checksum does not match: " + kind + " is damaged or cut",
                 content.size(), frame.checksum_rule};
  }
  return content;
}

void close_frame(Bytes& file) { append_le(file, crc32c(file)); }

}  // namespace vaecomp
