// Bounds checks of the cursor, and the varint rule (VC-01).
#include "format/byte_reader.h"

#include <utility>

namespace vaecomp {

std::uint64_t ByteReader::varint() {
  constexpr int kMaxBytes = 5;
  const std::uint64_t start = offset_;
  std::uint64_t value = 0;
  for (int i = 0; i < kMaxBytes; ++i) {
    const std::uint8_t byte = u8();
    if (!ok()) return 0;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      // A last byte of zero adds nothing: each number has one spelling only.
      if (byte == 0 && i > 0) {
        fail(ErrorCode::kCorrupt, "varint is longer than needed", start, "VC-01");
        return 0;
      }
      return value;
    }
  }
  fail(ErrorCode::kCorrupt, "varint is longer than 5 bytes", start, "VC-01");
  return 0;
}

ByteSpan ByteReader::bytes(std::uint64_t count) {
  if (!ok()) return {};
  const std::uint64_t left = data_.size() - offset_;
  if (count > left) {
    fail(ErrorCode::kTruncated,
         "data ends early: " + std::to_string(count) + " bytes wanted, " + std::to_string(left) +
             " left",
         data_.size(), rule_);
    return {};
  }
  const ByteSpan taken =
      data_.subspan(static_cast<std::size_t>(offset_), static_cast<std::size_t>(count));
  offset_ += count;
  return taken;
}

void ByteReader::fail(ErrorCode code, std::string text, std::uint64_t offset,
                      std::string_view rule) {
  if (ok()) result_ = Error{code, std::move(text), offset, rule};
}

}  // namespace vaecomp
