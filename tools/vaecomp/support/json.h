// Writes JSON (RFC 8259), two blanks a level.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vaecomp {

// Builds one document, front to back. In an object every value is preceded by key(). Calls in an
// order that gives no valid document are mistakes of the program and are not checked.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  // Bytes that are not UTF-8 become U+FFFD: JSON has no other way to carry a file's name.
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag) { return item(flag ? "true" : "false"); }
  JsonWriter& value(double number);  // null if it is not finite
  template <std::integral T>
  JsonWriter& value(T number) {
    return item(std::to_string(number));
  }
  JsonWriter& null() { return item("null"); }

  template <typename T>
  JsonWriter& field(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  // The finished document with a line end.
  std::string text() const { return text_ + "\n"; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& item(std::string_view raw);
  void begin_item();

  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace vaecomp
