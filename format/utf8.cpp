// UTF-8 by the table of RFC 3629, section 4.
#include "format/utf8.h"

#include <cstdint>

namespace vaecomp {
namespace {

// How many bytes a character with this first byte has; 0 if none begins so.
std::size_t announced_bytes(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;  // continuation bytes; C0 and C1 would spell ASCII in two bytes
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

// The second byte's range is narrower after four first bytes: overlong forms, surrogates, the end
// at U+10FFFF.
bool second_allowed(std::uint8_t first, std::uint8_t second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second < 0xA0;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second < 0x90;
    default:
      return true;
  }
}

}  // namespace

std::size_t utf8_character_bytes(ByteSpan text) {
  if (text.empty()) return 0;
  const std::size_t count = announced_bytes(text[0]);
  if (count > text.size()) return 0;
  for (std::size_t i = 1; i < count; ++i) {
    if ((text[i] & 0xC0) != 0x80) return 0;
  }
  return count > 1 && !second_allowed(text[0], text[1]) ? 0 : count;
}

bool is_utf8(ByteSpan text) {
  while (!text.empty()) {
    const std::size_t count = utf8_character_bytes(text);
    if (count == 0) return false;
    text = text.subspan(count);
  }
  return true;
}

}  // namespace vaecomp
