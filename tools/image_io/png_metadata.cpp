// Chunk contents as the PNG specification has them; profiles through zlib.
#include "tools/image_io/png_metadata.h"

#include <zlib.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "tools/image_io/latin1.h"

namespace vaecomp {
namespace {

constexpr std::string_view kXmpKey = "XML:com.adobe.xmp";
constexpr std::string_view kProfileName = "ICC profile";
constexpr std::size_t kMaxKey = 79;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Result<PngChunk> profile_chunk(const Bytes& profile) {
  PngChunk chunk{"iCCP", bytes_of(kProfileName)};
  chunk.content.resize(kProfileName.size() + 2);
  const std::size_t head = chunk.content.size();
  uLongf size = compressBound(profile.size());
  chunk.content.resize(head + size);
  if (compress(chunk.content.data() + head, &size, profile.data(), profile.size()) != Z_OK) {
    return Error{ErrorCode::kMemory, "no memory for a profile"};
  }
  chunk.content.resize(head + size);
  return chunk;
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

void add_text_chunk(const TextEntry& entry, std::vector<PngChunk>& chunks) {
  const std::optional<std::string> key = utf8_to_latin1(entry.key);
  if (!key || !is_key(*key)) return;
  const std::optional<std::string> text = utf8_to_latin1(entry.text);
  if (text && entry.language.empty() && entry.translated_key.empty()) {
    chunks.push_back({"tEXt", bytes_of(*key + '\0' + *text)});
  } else {
    chunks.push_back(international_chunk(*key, entry));
  }
}

bool is_display_chunk(std::string_view type) {
  return std::find(std::begin(kDisplayChunks), std::end(kDisplayChunks), type) !=
         std::end(kDisplayChunks);
}

}  // namespace

Result<std::vector<PngChunk>> png_chunks(const Metadata& metadata) {
  std::vector<PngChunk> chunks;
  for (const PngChunk& chunk : metadata.display) {
    if (is_display_chunk(chunk.type)) chunks.push_back(chunk);
  }
  if (!metadata.icc.empty()) {
    Result<PngChunk> chunk = profile_chunk(metadata.icc);
    if (!chunk) return chunk.error();
    chunks.push_back(*std::move(chunk));
  }
  if (!metadata.exif.empty()) chunks.push_back({"eXIf", metadata.exif});
  for (const TextEntry& entry : metadata.text) add_text_chunk(entry, chunks);
  if (!metadata.xmp.empty()) {
    const std::string packet(metadata.xmp.begin(), metadata.xmp.end());
    chunks.push_back(international_chunk(
        kXmpKey, {.key = {}, .language = {}, .translated_key = {}, .text = packet}));
  }
  return chunks;
}

}  // namespace vaecomp
