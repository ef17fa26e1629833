// The text of the Netpbm family, headers and plain samples, a token at a time.
#pragma once

#include <string>
#include <string_view>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Walks over numbers and words separated by white space and by comments from # to the line's end.
class PnmTokens {
 public:
  PnmTokens(ByteSpan file, std::size_t start) : file_(file), at_(start) {}

  std::size_t position() const { return at_; }

  // The next number. Errors: kTruncated, kCorrupt (none, or above 2^32 - 1).
  Result<std::uint64_t> number(std::string_view what);

  // The next word, at most 64 characters. Errors: kTruncated, kCorrupt.
  Result<std::string> word();

  // Passes white space and comments.
  void skip_blanks();

  // The next character's place is left to the caller from here on.
  void move_to(std::size_t position) { at_ = position; }

  // The single white-space character between the header and the samples.
  Result<void> separator();

 private:
  Error ended() const { return {ErrorCode::kTruncated, "the file ends inside the header", at_}; }

  ByteSpan file_;
  std::size_t at_;
};

}  // namespace vaecomp
