// Chunk contents as the PNG specification has them (third edition, 11.3).
#include "tools/image_io/png_facts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "tools/image_io/big_endian.h"
#include "tools/image_io/inflate.h"
#include "tools/image_io/latin1.h"
#include "tools/image_io/raw_profile.h"

namespace vaecomp {
namespace {

constexpr std::string_view kXmpKey = "XML:com.adobe.xmp";

// Chunks that are kept as they stand, and their length; 0 where that follows from the picture.
constexpr std::pair<std::string_view, std::size_t> kDisplayLengths[] = {
    {"cHRM", 32}, {"gAMA", 4}, {"sRGB", 1}, {"cICP", 4}, {"mDCV", 24},
    {"cLLI", 8},  {"pHYs", 9}, {"tIME", 7}, {"sBIT", 0}, {"bKGD", 0}};

std::size_t significant_bits_length(const PngHeader& header) {
  return (header.is_grey() ? 1 : 3) + (header.has_alpha() ? 1 : 0);
}

// bKGD for the picture that the samples become: two bytes for grey, six for RGB.
std::optional<Bytes> background_of(ByteSpan content, const PngHeader& header) {
  if (header.has_palette()) {
    if (content.size() != 1 || header.palette.size() < 3u * content[0] + 3) return std::nullopt;
    const ByteSpan colour = header.palette.subspan(3 * content[0], 3);
    return Bytes{0, colour[0], 0, colour[1], 0, colour[2]};
  }
  if (content.size() != (header.is_grey() ? 2u : 6u)) return std::nullopt;
  if (header.depth >= 8) return Bytes(content.begin(), content.end());
  const std::uint32_t grey = load_be16(content, 0), full = (1u << header.depth) - 1;
  if (grey > full) return std::nullopt;
  return Bytes{0, static_cast<std::uint8_t>(grey * 255 / full)};
}

// Fields of a text chunk, one after the other.
struct Fields {
  std::string_view rest;

  // Up to the next zero, which is taken, too; all if there is none.
  std::string_view text() {
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    const std::string_view found = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return found;
  }

  // The next byte; -1 at the end.
  int byte() {
    if (rest.empty()) return -1;
    const auto value = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    return value;
  }
};

ByteSpan bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view view_of(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Result<void> PngFacts::take(const FoundChunk& chunk, const PngHeader& header) {
  const std::string_view type = chunk.type;
  const bool display = std::any_of(std::begin(kDisplayLengths), std::end(kDisplayLengths),
                                   [type](const auto& kept) { return kept.first == type; });
  if (type == "iCCP" && metadata_.icc.empty()) return take_profile(chunk);
  if (type == "tEXt" || type == "zTXt" || type == "iTXt") return take_text(chunk);
  if (type == "eXIf" && metadata_.exif.empty()) {
    const Result<bool> room = room_.take(chunk.content.size(), chunk.offset);
    if (!room) return room.error();
    if (*room) metadata_.exif.assign(chunk.content.begin(), chunk.content.end());
  } else if (display) {
    const Result<bool> room = room_.take(chunk.content.size(), chunk.offset);
    if (!room) return room.error();
    if (*room) take_display(chunk, header);
  } else {
    left_out_.add(std::string(type), chunk.offset);
  }
  return {};
}

Metadata PngFacts::finish() {
  unpack_raw_profiles(metadata_);
  return std::move(metadata_);
}

void PngFacts::leave_out(const FoundChunk& chunk, std::string_view why) {
  damage_.harmless(
      "a malformed " + std::string(chunk.type) + " chunk is left out: " + std::string(why),
      chunk.offset);
}

void PngFacts::take_display(const FoundChunk& chunk, const PngHeader& header) {
  const auto same_type = [&](const PngChunk& other) { return other.type == chunk.type; };
  if (std::any_of(metadata_.display.begin(), metadata_.display.end(), same_type)) {
    left_out_.add("a second " + std::string(chunk.type), chunk.offset);
    return;
  }
  PngChunk kept{std::string(chunk.type), {chunk.content.begin(), chunk.content.end()}};
  if (kept.type == "bKGD") {
    std::optional<Bytes> background = background_of(chunk.content, header);
    if (!background) return leave_out(chunk, "it is no colour of this picture");
    kept.content = *std::move(background);
  } else {
    std::size_t length = kept.type == "sBIT" ? significant_bits_length(header) : 0;
    for (const auto& [type, fixed] : kDisplayLengths)
      if (type == kept.type && fixed != 0) length = fixed;
    if (kept.content.size() != length) {
      return leave_out(chunk, std::to_string(kept.content.size()) + " bytes instead of " +
                                  std::to_string(length));
    }
  }
  metadata_.display.push_back(std::move(kept));
}

Result<std::optional<Bytes>> PngFacts::unpacked(const FoundChunk& chunk, ByteSpan stream) {
  Result<Bytes> content = inflated(stream, room_.left());
  if (content) return std::optional(*std::move(content));
  if (content.error().code != ErrorCode::kLimit) {
    leave_out(chunk, "its content " + content.error().text);
    return std::optional<Bytes>();
  }
  const Result<bool> room = room_.take(std::uint64_t{1} + room_.left(), chunk.offset);
  if (!room) return room.error();
  return std::optional<Bytes>();
}

// iCCP: a name, a zero, the method, a zlib stream.
Result<void> PngFacts::take_profile(const FoundChunk& chunk) {
  Fields fields{view_of(chunk.content)};
  fields.text();
  if (fields.byte() != 0) return leave_out(chunk, "its compression is unknown"), Result<void>();
  Result<std::optional<Bytes>> profile = unpacked(chunk, bytes_of(fields.rest));
  if (!profile) return profile.error();
  if (!*profile) return {};
  if (const auto room = room_.take((*profile)->size(), chunk.offset); !room) return room.error();
  metadata_.icc = **std::move(profile);
  return {};
}

// Keys and the texts of tEXt and zTXt are Latin-1, the rest of iTXt is UTF-8. A text ends at its
// first zero.
Result<void> PngFacts::take_text(const FoundChunk& chunk) {
  const auto left_out = [&](const char* why) { return leave_out(chunk, why), Result<void>(); };
  Fields fields{view_of(chunk.content)};
  const std::string_view key = fields.text();
  const bool international = chunk.type == "iTXt";
  bool compressed = chunk.type == "zTXt";
  if (international) {
    const int flag = fields.byte();
    if (flag > 1) return left_out("its compression is unknown");
    compressed = flag == 1;
    if (!compressed) fields.byte();
  }
  if (compressed && fields.byte() != 0) return left_out("its compression is unknown");
  const std::string_view language = international ? fields.text() : std::string_view();
  const std::string_view translated = international ? fields.text() : std::string_view();
  std::optional<Bytes> content;
  if (compressed) {
    Result<std::optional<Bytes>> found = unpacked(chunk, bytes_of(fields.rest));
    if (!found) return found.error();
    content = *std::move(found);
    if (!content) return {};
    fields.rest = view_of(*content);
  }
  if (international && key == kXmpKey) {
    if (!metadata_.xmp.empty()) return {};
    const Result<bool> room = room_.take(fields.rest.size(), chunk.offset);
    if (!room) return room.error();
    if (*room) metadata_.xmp.assign(fields.rest.begin(), fields.rest.end());
    return {};
  }
  const std::string_view text = fields.text();
  TextEntry entry{.key = latin1_to_utf8(key),
                  .language = as_utf8(language),
                  .translated_key = as_utf8(translated),
                  .text = international ? as_utf8(text) : latin1_to_utf8(text)};
  const Result<bool> room = room_.take_text(entry, chunk.offset);
  if (!room) return room.error();
  if (*room) metadata_.text.push_back(std::move(entry));
  return {};
}

}  // namespace vaecomp
