// Characters are judged one by one, as UTF-8 has them.
#include "tools/vaecomp/support/names.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "format/utf8.h"

namespace vaecomp {
namespace {

// Bytes at the start of `text` that make a character, or 1 that makes none.
std::string_view first_character(std::string_view text) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  return text.substr(0, std::max<std::size_t>(1, utf8_character_bytes({data, text.size()})));
}

// Control characters of ASCII, those of ISO 6429 (U+0080 .. U+009F), Unicode's ends of lines and
// paragraphs, and what is no character.
bool is_harmful(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return byte < 0x20 || byte >= 0x7F;
  if (character.size() == 2 && byte == 0xC2) {
    return static_cast<unsigned char>(character[1]) < 0xA0;
  }
  return character == "\u2028" || character == "\u2029";
}

// As it stands between $' and '.
std::string escaped(std::string_view character) {
  if (character == "\n") return "\\n";
  if (character == "\t") return "\\t";
  if (character == "\r") return "\\r";
  if (character == "'" || character == "\\") return "\\" + std::string(character);
  if (!is_harmful(character)) return std::string(character);
  std::string text;
  for (const char c : character) {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned char>(c));
    text += escape;
  }
  return text;
}

}  // namespace

std::string shown_name(const std::string& path, bool output) {
  if (path != "-") return path;
  return output ? "standard output" : "standard input";
}

std::string lower_extension(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

std::string quoted_name(const std::string& name) {
  std::string quoted = "$'";
  bool harmful = false;
  for (std::string_view rest = name; !rest.empty();) {
    const std::string_view character = first_character(rest);
    harmful = harmful || is_harmful(character);
    quoted += escaped(character);
    rest.remove_prefix(character.size());
  }
  return harmful ? quoted + "'" : name;
}

std::string printable(const std::string& text) {
  std::string result;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view character = first_character(rest);
    result += is_harmful(character) && character != "\n" ? "?" : character;
    rest.remove_prefix(character.size());
  }
  return result;
}

}  // namespace vaecomp
