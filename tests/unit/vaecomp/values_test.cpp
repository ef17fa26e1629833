// What option values are taken, and the sentence for those that are not.
#include "tools/vaecomp/support/values.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace vaecomp {
namespace {

// What the check says of a text; the text as it is afterwards if it says nothing.
std::string said(const CLI::Validator& check, std::string text) {
  const std::string wrong = check(text);
  return wrong.empty() ? "= " + text : wrong;
}

TEST_CASE("whole numbers") {
  const CLI::Validator quality = whole_number("a quality", 0, 100);
  CHECK(said(quality, "0") == "= 0");
  CHECK(said(quality, "100") == "= 100");
  CHECK(said(quality, "007") == "= 7");
  for (const std::string text :
       {"101", "-1", "50.5", "'5'", "+5", "0x5", "nan", "340282366920938463463"})
    CHECK(said(quality, text) == "a quality is a whole number from 0 to 100, not " + text);
  CHECK(said(quality, "") == "a quality is a whole number from 0 to 100, not ''");
  CHECK(said(quality, "5 ") == "a quality is a whole number from 0 to 100, not '5 '");

  const CLI::Validator seed = whole_number("a seed", 0, std::numeric_limits<std::uint64_t>::max());
  CHECK(said(seed, "18446744073709551615") == "= 18446744073709551615");
  CHECK(said(seed, "18446744073709551616").starts_with("a seed is"));
  const CLI::Validator change = whole_number("a change", -3, 3);
  CHECK(said(change, "-3") == "= -3");
  CHECK(said(change, "-0") == "= 0");
  CHECK(said(change, "-4").starts_with("a change is a whole number from -3 to 3"));
}

TEST_CASE("numbers") {
  const CLI::Validator range = real_number("a range", 0.5, 2e3);
  for (const std::string text : {"0.5", "2000", "1e3", "1.25"})
    CHECK(said(range, text) == "= " + text);
  for (const std::string text : {"0.4999", "2000.1", "nan", "inf", "-inf", "1,5", "0x1p3"})
    CHECK(said(range, text) == "a range is a number from 0.5 to 2000, not " + text);
  CHECK(said(range, "1 ") == "a range is a number from 0.5 to 2000, not '1 '");
}

}  // namespace
}  // namespace vaecomp
