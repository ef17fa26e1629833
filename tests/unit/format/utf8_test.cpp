// Well-formed and malformed UTF-8.
#include "format/utf8.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vaecomp {
namespace {

bool valid(std::string_view text) {
  const Bytes bytes(text.begin(), text.end());
  return is_utf8(bytes);
}

TEST_CASE("well-formed text") {
  CHECK(valid(""));
  CHECK(valid("plain"));
  CHECK(valid("\xC2\x80 \xDF\xBF"));                  // U+0080, U+07FF
  CHECK(valid("\xE0\xA0\x80 \xED\x9F\xBF"));          // U+0800, U+D7FF
  CHECK(valid("\xEE\x80\x80 \xEF\xBF\xBF"));          // U+E000, U+FFFF
  CHECK(valid("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));  // U+10000, U+10FFFF
}

TEST_CASE("malformed text") {
  CHECK(!valid("\x80"));  // continuation without a beginning
  CHECK(!valid("\xC3"));  // cut
  CHECK(
      !valid("\xC3"
             "a"));           // no continuation
  CHECK(!valid("\xC0\x80"));  // overlong
  CHECK(!valid("\xC1\xBF"));
  CHECK(!valid("\xE0\x9F\xBF"));
  CHECK(!valid("\xF0\x8F\xBF\xBF"));
  CHECK(!valid("\xED\xA0\x80"));      // surrogate
  CHECK(!valid("\xF4\x90\x80\x80"));  // above U+10FFFF
  CHECK(!valid("\xF5\x80\x80\x80"));
  CHECK(!valid("\xE2\x82"));  // cut after two of three
  CHECK(!valid("ok \xFF"));
}

}  // namespace
}  // namespace vaecomp
