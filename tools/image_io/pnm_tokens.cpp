// Tokens of Netpbm headers.
#include "tools/image_io/pnm_tokens.h"

namespace vaecomp {
namespace {

constexpr std::size_t kMaxWord = 64;

bool is_space(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<std::uint64_t> PnmTokens::number(std::string_view what) {
  skip_blanks();
  if (at_ == file_.size()) return ended();
  if (!is_digit(file_[at_])) {
    return Error{ErrorCode::kCorrupt, "the header has no " + std::string(what), at_};
  }
  std::uint64_t value = 0;
  for (; at_ < file_.size() && is_digit(file_[at_]); ++at_) {
    value = value * 10 + (file_[at_] - '0');
    if (value > 0xFFFFFFFFu) {
      return Error{ErrorCode::kCorrupt, "the header's " + std::string(what) + " is absurd", at_};
    }
  }
  return value;
}

Result<std::string> PnmTokens::word() {
  skip_blanks();
  std::string word;
  for (; at_ < file_.size() && !is_space(file_[at_]); ++at_) {
    if (word.size() == kMaxWord) {
      return Error{ErrorCode::kCorrupt, "the header has a word without end", at_};
    }
    word += static_cast<char>(file_[at_]);
  }
  if (at_ == file_.size()) return ended();
  return word;
}

Result<void> PnmTokens::separator() {
  if (at_ == file_.size()) return ended();
  if (!is_space(file_[at_])) {
    return Error{ErrorCode::kCorrupt, "no white space after the header", at_};
  }
  ++at_;
  return {};
}

void PnmTokens::skip_blanks() {
  while (at_ < file_.size() && (is_space(file_[at_]) || file_[at_] == '#')) {
    if (file_[at_] == '#') {
      while (at_ < file_.size() && file_[at_] != '\n') ++at_;
    } else {
      ++at_;
    }
  }
}

}  // namespace vaecomp
