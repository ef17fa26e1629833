// Errors as values: numbered codes in families, and Result<T>, their only way out of the library.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vaecomp {

// Codes are stable: a number is never reused. The tens digit is the family, and the family is the
// exit code of the command line.
enum class ErrorCode : int {
  kIo = 10,                  // a file cannot be opened, read or written
  kTruncated = 20,           // the data ends early
  kCorrupt = 21,             // a value that the format forbids
  kChecksum = 22,            // a CRC-32C does not match
  kNotAStream = 23,          // foreign magic
  kUnsupportedVersion = 30,  // a format version that this build does not know
  kUnsupportedFeature = 31,  // a critical section or flag that this build does not know
  kUnknownModel = 32,        // the stream names a model that was not given
  kLimit = 40,               // larger than the caller's limits
  kMemory = 41,              // an allocation failed
  kInvalidArgument = 50,     // the caller asked for something that makes no sense
  kInternal = 60,            // a broken invariant: please report
};

// Family of a code, 1 .. 6: io, bad data, unsupported, limit, usage, internal.
constexpr int error_family(ErrorCode code) { return static_cast<int>(code) / 10; }

// Stable lower-case name of a code, for programs: "truncated", "checksum", ...
std::string_view error_name(ErrorCode code);

inline constexpr std::uint64_t kNoOffset = ~std::uint64_t{0};

// What went wrong first. `offset` is a byte position in the data that was being read, or kNoOffset;
// `rule` is the number of the rule in SPEC.md or MODEL.md ("VC-09"), or empty.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string text;
  std::uint64_t offset = kNoOffset;
  std::string_view rule = {};

  // One line: "text (at byte 12; VC-09)".
  std::string message() const;
};

// A value or an Error. Same member names as C++23's std::expected, so that it can be swapped in.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : error_(std::move(error)) {}  // NOLINT

  bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }
  T& value() & { return assert(has_value()), *value_; }
  const T& value() const& { return assert(has_value()), *value_; }
  T&& value() && { return assert(has_value()), *std::move(value_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return assert(!has_value()), error_; }

 private:
  std::optional<T> value_;
  Error error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const { return assert(!has_value()), *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace vaecomp
