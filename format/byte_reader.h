// A cursor over untrusted bytes: little-endian, bounds-checked, remembers the first error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// Borrows the bytes. After the first error every read gives 0 (or nothing), the cursor stays and
// remaining() is 0, so a caller may read a whole record and ask ok() once; a loop over a count that
// was read must ask in each round. Later errors are dropped: the first cause wins (VC-10).
class ByteReader {
 public:
  explicit ByteReader(ByteSpan data) : data_(data) {}

  // Names the rule (a string literal) that an early end of the data will be reported under.
  void set_rule(std::string_view rule) { rule_ = rule; }

  // Fixed-width integers. Past the end: kTruncated, at the first byte missing.
  std::uint8_t u8() { return fixed<std::uint8_t>(); }
  std::uint16_t u16() { return fixed<std::uint16_t>(); }
  std::uint32_t u32() { return fixed<std::uint32_t>(); }
  std::int16_t i16() { return static_cast<std::int16_t>(fixed<std::uint16_t>()); }

  // Unsigned LEB128 below 2^35. Longer than 5 bytes or than needed: kCorrupt, VC-01, at its first
  // byte.
  std::uint64_t varint();

  // The next `count` bytes, borrowed. `count` may be any untrusted number.
  ByteSpan bytes(std::uint64_t count);

  std::uint64_t offset() const { return offset_; }
  std::uint64_t remaining() const { return ok() ? data_.size() - offset_ : 0; }
  bool ok() const { return result_.has_value(); }
  const Error& error() const { return result_.error(); }

  // Records an error of the caller's, unless there is one already.
  void fail(ErrorCode code, std::string text, std::uint64_t offset, std::string_view rule);

 private:
  template <typename T>
  T fixed() {
    const ByteSpan from = bytes(sizeof(T));
    return from.empty() ? T{0} : load_le<T>(from.data());
  }

  ByteSpan data_;
  std::uint64_t offset_ = 0;
  std::string_view rule_;
  Result<void> result_;
};

}  // namespace vaecomp
