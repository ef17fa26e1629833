// Latin-1, which PNG's older text chunks are in, and UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "format/utf8.h"

namespace vaecomp {

inline std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return out;
}

// Nothing if a character is above U+00FF. Precondition: well-formed UTF-8.
inline std::optional<std::string> utf8_to_latin1(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = static_cast<unsigned char>(text[i]);
    if (code < 0x80) {
      out += text[i];
    } else if (code <= 0xC3 && i + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[++i]);
      out += static_cast<char>((code & 3) << 6 | (next & 0x3F));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

// Text of unknown origin as UTF-8: as it is if it is well-formed, else read as Latin-1.
inline std::string as_utf8(std::string_view text) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  return is_utf8({data, text.size()}) ? std::string(text) : latin1_to_utf8(text);
}

}  // namespace vaecomp
