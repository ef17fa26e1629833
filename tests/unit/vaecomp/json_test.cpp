// JSON text.
#include "tools/vaecomp/support/json.h"

#include <doctest/doctest.h>

#include <limits>

namespace vaecomp {
namespace {

std::string text_of(std::string_view value) {
  JsonWriter json;
  json.value(value);
  return json.text();
}

TEST_CASE("nesting, commas and indents") {
  JsonWriter json;
  json.begin_object();
  json.field("a", 1).field("b", true).field("c", "x");
  json.key("d").begin_array().value(1.5).null().end_array();
  json.key("e").begin_object().end_object();
  json.key("f").begin_array().end_array();
  json.end_object();
  CHECK(json.text() ==
        "{\n  \"a\": 1,\n  \"b\": true,\n  \"c\": \"x\",\n  \"d\": [\n    1.5,\n    null\n  ],\n"
        "  \"e\": {},\n  \"f\": []\n}\n");
}

TEST_CASE("numbers that JSON lacks become null") {
  JsonWriter json;
  json.begin_array().value(std::numeric_limits<double>::infinity());
  json.value(std::numeric_limits<double>::quiet_NaN()).end_array();
  CHECK(json.text() == "[\n  null,\n  null\n]\n");
}

TEST_CASE("strings are escaped") {
  CHECK(text_of("a\"b\\c\n\x01\x7F") == "\"a\\\"b\\\\c\\n\\u0001\\u007f\"\n");
}

TEST_CASE("UTF-8 passes, anything else is replaced byte by byte") {
  CHECK(text_of("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80") ==
        "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"\n");
  CHECK(text_of("\xFF") == "\"\\ufffd\"\n");             // never a lead
  CHECK(text_of("\xC0\x80") == "\"\\ufffd\\ufffd\"\n");  // overlong
  CHECK(text_of("\xE0\x80\x80") == "\"\\ufffd\\ufffd\\ufffd\"\n");
  CHECK(text_of("\xED\xA0\x80") == "\"\\ufffd\\ufffd\\ufffd\"\n");  // surrogate
  CHECK(text_of("\xF4\x90\x80\x80") == "\"\\ufffd\\ufffd\\ufffd\\ufffd\"\n");
  CHECK(text_of("\xE2\x82") == "\"\\ufffd\\ufffd\"\n");  // cut off
}

}  // namespace
}  // namespace vaecomp
