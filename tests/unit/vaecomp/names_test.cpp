// Names in messages: safe for a terminal, one line, and fit to be pasted back.
#include "tools/vaecomp/support/names.h"

#include <doctest/doctest.h>

namespace vaecomp {
namespace {

TEST_CASE("dash is spelled out") {
  CHECK(shown_name("-", false) == "standard input");
  CHECK(shown_name("-", true) == "standard output");
  CHECK(shown_name("x-", true) == "x-");
}

TEST_CASE("what is harmless stays as it is") {
  for (const char* name : {"", "a b.png", "it's", "back\\slash", "gr\u00fcn", "\U0001f600", "$'x'"})
    CHECK(quoted_name(name) == name);
}

TEST_CASE("what is not is quoted as bash reads it back") {
  CHECK(quoted_name("a\nb") == "$'a\\nb'");
  CHECK(quoted_name("\t\r\033[2J\x7f") == "$'\\t\\r\\x1b[2J\\x7f'");
  CHECK(quoted_name("it's\n\\n") == "$'it\\'s\\n\\\\n'");
  CHECK(quoted_name("\u009b2J") == "$'\\xc2\\x9b2J'");
  CHECK(quoted_name("\u2028") == "$'\\xe2\\x80\\xa8'");
  CHECK(quoted_name("gr\xfcn \u00fc") == "$'gr\\xfcn \u00fc'");
  CHECK(quoted_name("cut \xe2\x80") == "$'cut \\xe2\\x80'");
  CHECK(quoted_name(quoted_name("a\nb")) == quoted_name("a\nb"));
}

TEST_CASE("texts keep their lines and nothing else that steers") {
  CHECK(printable("one\ntwo\033[2J\u009b \u00fc\xff") == "one\ntwo?[2J? \u00fc?");
}

}  // namespace
}  // namespace vaecomp
