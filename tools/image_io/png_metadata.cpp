// Chunk contents as the PNG specification has them; profiles through zlib.
#include "tools/image_io/png_metadata.h"

#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string>

#include "tools/image_io/latin1.h"
#include "tools/image_io/png_fits.h"

namespace vaecomp {
namespace {

constexpr std::string_view kXmpKey = "XML:com.adobe.xmp";
constexpr std::string_view kProfileName = "ICC profile";
constexpr std::size_t kMaxKey = 79;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// A chunk of a name, a zero, the method 0 and a zlib stream: iCCP, zTXt.
Result<PngChunk> compressed_chunk(const char* type, std::string_view name, ByteSpan data) {
  PngChunk chunk{type, bytes_of(name)};
  chunk.content.resize(name.size() + 2);
  const std::size_t head = chunk.content.size();
  uLongf size = compressBound(data.size());
  chunk.content.resize(head + size);
  if (compress(chunk.content.data() + head, &size, data.data(), data.size()) != Z_OK) {
    return Error{ErrorCode::kMemory, "no memory for a profile"};
  }
  chunk.content.resize(head + size);
  return chunk;
}

// Photoshop resources as ImageMagick and exiftool keep them in PNG: hexadecimal, 36 bytes a line.
Bytes raw_iptc(ByteSpan resources) {
  constexpr std::size_t kBytesALine = 36;
  constexpr char kDigits[] = "0123456789abcdef";
  char head[32];
  std::snprintf(head, sizeof head, "\niptc\n%8zu", resources.size());
  Bytes text = bytes_of(head);
  for (std::size_t i = 0; i < resources.size(); ++i) {
    if (i % kBytesALine == 0) text.push_back('\n');
    text.push_back(static_cast<std::uint8_t>(kDigits[resources[i] >> 4]));
    text.push_back(static_cast<std::uint8_t>(kDigits[resources[i] & 15]));
  }
  text.push_back('\n');
  return text;
}

// Latin-1 keys: printable, no blank at either end, none doubled (PNG specification, 11.3.3.2).
bool is_key(std::string_view key) {
  if (key.empty() || key.size() > kMaxKey || key.front() == ' ' || key.back() == ' ') return false;
  if (key.find("  ") != key.npos) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code >= 32 && code < 127) || code >= 161;
  });
}

PngChunk international_chunk(std::string_view key, const TextEntry& entry) {
  using namespace std::string_view_literals;
  std::string content(key);
  content += "\0\0\0"sv;  // the key's end, not compressed, method 0
  content += entry.language + '\0' + entry.translated_key + '\0' + entry.text;
  return {"iTXt", bytes_of(content)};
}

void add_text_chunk(const TextEntry& entry, std::vector<PngChunk>& chunks, LeftOut& left_out) {
  const std::optional<std::string> key = utf8_to_latin1(entry.key);
  if (!key || !is_key(*key)) return left_out.add("texts whose keys PNG does not allow", kNoOffset);
  const std::optional<std::string> text = utf8_to_latin1(entry.text);
  if (text && entry.language.empty() && entry.translated_key.empty()) {
    chunks.push_back({"tEXt", bytes_of(*key + '\0' + *text)});
  } else {
    chunks.push_back(international_chunk(*key, entry));
  }
}

}  // namespace

Result<std::vector<PngChunk>> png_chunks(const Metadata& metadata, const SampleLayout& layout,
                                         LeftOut& left_out) {
  std::vector<PngChunk> chunks;
  for (const PngChunk& chunk : metadata.display) {
    const bool overridden = chunk.type == "sRGB" && !metadata.icc.empty();
    const bool twice = std::any_of(chunks.begin(), chunks.end(), [&chunk](const PngChunk& other) {
      return other.type == chunk.type;
    });
    if (overridden || twice || !fits_png(chunk, layout)) {
      left_out.add(chunk.type, kNoOffset);
    } else {
      chunks.push_back(chunk);
    }
  }
  const auto add_compressed = [&chunks](const char* type, std::string_view name,
                                        const Bytes& data) -> Result<void> {
    if (data.empty()) return {};
    Result<PngChunk> chunk = compressed_chunk(type, name, data);
    if (!chunk) return chunk.error();
    chunks.push_back(*std::move(chunk));
    return {};
  };
  if (auto done = add_compressed("iCCP", kProfileName, metadata.icc); !done) return done.error();
  if (!metadata.exif.empty()) chunks.push_back({"eXIf", metadata.exif});
  if (!metadata.iptc.empty()) {
    auto done = add_compressed("zTXt", "Raw profile type iptc", raw_iptc(metadata.iptc));
    if (!done) return done.error();
  }
  for (const TextEntry& entry : metadata.text) add_text_chunk(entry, chunks, left_out);
  if (!metadata.xmp.empty()) {
    const std::string packet(metadata.xmp.begin(), metadata.xmp.end());
    chunks.push_back(international_chunk(
        kXmpKey, {.key = {}, .language = {}, .translated_key = {}, .text = packet}));
  }
  return chunks;
}

}  // namespace vaecomp
