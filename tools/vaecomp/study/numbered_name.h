// Names of numbered files: "frame-%02d.png" becomes frame-00.png, frame-01.png, ...
#pragma once

#include <string>
#include <string_view>

#include "format/error.h"

namespace vaecomp {

class NumberedName {
 public:
  // A pattern has one %d or %0Nd (N digits at least, 1 .. 9); %% stands for a percent sign.
  // Errors: kInvalidArgument.
  static Result<NumberedName> parse(std::string_view pattern);

  std::string name(int number) const;

 private:
  std::string before_, after_;
  std::size_t digits_ = 1;
};

}  // namespace vaecomp
