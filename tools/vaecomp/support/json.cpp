// JSON text.
#include "tools/vaecomp/support/json.h"

#include <cmath>
#include <cstdio>

#include "format/utf8.h"

namespace vaecomp {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length =
        utf8_character_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    const char c = text.front();
    if (length == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out + '"';
}

}  // namespace

void JsonWriter::begin_item() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ > 0) {
    text_ += first_ ? "\n" : ",\n";
    text_.append(2 * depth_, ' ');
  }
  first_ = false;
}

JsonWriter& JsonWriter::item(std::string_view raw) {
  begin_item();
  text_ += raw;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  begin_item();
  text_ += bracket;
  ++depth_;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  --depth_;
  if (!first_) {
    text_ += '\n';
    text_.append(2 * depth_, ' ');
  }
  text_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  begin_item();
  text_ += quoted(name) + ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) { return item(quoted(text)); }

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.9g", number);
  return item(digits);
}

}  // namespace vaecomp
