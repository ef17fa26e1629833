// A pattern of the user's never reaches printf.
#include "tools/vaecomp/study/numbered_name.h"

#include <algorithm>

namespace vaecomp {

Result<NumberedName> NumberedName::parse(std::string_view pattern) {
  const auto bad = [&] {
    return Error{ErrorCode::kInvalidArgument,
                 "a name for several files has one %d or %02d in it, as out-%02d.png"};
  };
  NumberedName result;
  std::string* part = &result.before_;
  while (!pattern.empty()) {
    const char c = pattern.front();
    pattern.remove_prefix(1);
    if (c != '%') {
      *part += c;
    } else if (pattern.starts_with('%')) {
      *part += '%';
      pattern.remove_prefix(1);
    } else {
      const bool padded =
          pattern.size() > 1 && pattern[0] == '0' && '1' <= pattern[1] && pattern[1] <= '9';
      if (padded) result.digits_ = pattern[1] - '0';
      if (padded) pattern.remove_prefix(2);
      if (!pattern.starts_with('d') || part == &result.after_) return bad();
      pattern.remove_prefix(1);
      part = &result.after_;
    }
  }
  if (part == &result.before_) return bad();
  return result;
}

std::string NumberedName::name(int number) const {
  std::string digits = std::to_string(number);
  digits.insert(0, digits_ - std::min(digits_, digits.size()), '0');
  return before_ + digits + after_;
}

}  // namespace vaecomp
