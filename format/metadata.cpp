// Metadata sections, SPEC.md section 1.2.
#include "format/metadata.h"

#include <algorithm>
#include <array>
#include <new>
#include <string_view>
#include <utility>

#include "format/byte_reader.h"
#include "format/byte_writer.h"
#include "format/out_of_memory.h"
#include "format/utf8.h"
#include "format/zstd_chunk.h"

namespace vaecomp {
namespace {

constexpr std::size_t kTypeLetters = 4;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_chunk_type(std::string_view type) {
  return type.size() == kTypeLetters && std::all_of(type.begin(), type.end(), is_letter);
}

bool is_text(std::string_view text) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  return text.find('\0') == text.npos && is_utf8({data, text.size()});
}

std::string too_many(std::uint32_t most, const char* what) {
  return "more than " + std::to_string(most) + " " + what;
}

// Fields of an entry in the order of the bytes, for reading and writing.
constexpr std::array<std::string TextEntry::*, 4> kTextFields{
    &TextEntry::key, &TextEntry::language, &TextEntry::translated_key, &TextEntry::text};

std::uint64_t with_length(std::size_t size) {
  ByteWriter writer;
  writer.varint(size);
  return writer.take().size() + size;
}

Result<Bytes> text_content(const std::vector<TextEntry>& entries) {
  if (entries.size() > kMaxTexts)
    return Error{ErrorCode::kLimit, too_many(kMaxTexts, "texts"), kNoOffset, "VC-38"};
  ByteWriter writer;
  for (const TextEntry& entry : entries) {
    for (const auto field : kTextFields) {
      const std::string& text = entry.*field;
      if (!is_text(text))
        return Error{ErrorCode::kInvalidArgument, "a text is not UTF-8 or has a NUL", kNoOffset,
                     "VC-38"};
      writer.varint(text.size());
      writer.text(text);
    }
  }
  return writer.take();
}

Result<Bytes> display_content(const std::vector<PngChunk>& chunks) {
  if (chunks.size() > kMaxDisplayChunks)
    return Error{ErrorCode::kLimit, too_many(kMaxDisplayChunks, "chunks"), kNoOffset, "VC-39"};
  ByteWriter writer;
  for (const PngChunk& chunk : chunks) {
    if (!is_chunk_type(chunk.type))
      return Error{ErrorCode::kInvalidArgument, "a chunk's type is not four letters", kNoOffset,
                   "VC-39"};
    writer.text(chunk.type);
    writer.varint(chunk.content.size());
    writer.bytes(chunk.content);
  }
  return writer.take();
}

Result<std::vector<TextEntry>> parse_text(ByteSpan content) {
  ByteReader reader(content);
  reader.set_rule("VC-38");
  std::vector<TextEntry> entries;
  while (reader.remaining() > 0) {
    if (entries.size() == kMaxTexts)
      return Error{ErrorCode::kCorrupt, too_many(kMaxTexts, "texts"), kNoOffset, "VC-38"};
    TextEntry entry;
    for (const auto field : kTextFields) {
      const ByteSpan bytes = reader.bytes(reader.varint());
      std::string text(bytes.begin(), bytes.end());
      if (!is_text(text))
        return Error{ErrorCode::kCorrupt, "a text is not UTF-8 or has a NUL", kNoOffset, "VC-38"};
      entry.*field = std::move(text);
    }
    entries.push_back(std::move(entry));
  }
  if (!reader.ok()) return Error{ErrorCode::kCorrupt, "a text is cut", kNoOffset, "VC-38"};
  return entries;
}

Result<std::vector<PngChunk>> parse_display(ByteSpan content) {
  ByteReader reader(content);
  std::vector<PngChunk> chunks;
  while (reader.remaining() > 0) {
    if (chunks.size() == kMaxDisplayChunks)
      return Error{ErrorCode::kCorrupt, too_many(kMaxDisplayChunks, "chunks"), kNoOffset, "VC-39"};
    const ByteSpan type = reader.bytes(kTypeLetters);
    const ByteSpan bytes = reader.bytes(reader.varint());
    PngChunk chunk{{type.begin(), type.end()}, {bytes.begin(), bytes.end()}};
    if (!reader.ok() || !is_chunk_type(chunk.type))
      return Error{ErrorCode::kCorrupt, "a chunk is cut or its type not four letters", kNoOffset,
                   "VC-39"};
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

bool is_metadata(const Section& section) {
  return section.tag >= kTagIcc && section.tag <= kTagIptc;
}

// The size of a section's content, and the bytes that it takes in front of the zstd frame (VC-37).
struct ContentSize {
  std::uint64_t size, bytes;
};
Result<ContentSize> content_size(const Section& section) {
  ByteReader reader(section.payload);
  reader.set_rule("VC-37");
  const std::uint64_t size = reader.varint();
  if (!reader.ok())
    return Error{ErrorCode::kCorrupt, "metadata without a size", section.offset, "VC-37"};
  return ContentSize{size, reader.offset()};
}

Error too_much(ErrorCode code, std::uint64_t size, std::uint64_t most, std::uint64_t offset) {
  return {code,
          "metadata of " + std::to_string(size) + " bytes, at most " + std::to_string(most) +
              " are allowed",
          offset, "VC-37"};
}

// Whether all sections together stay within the format's bound and the reader's limit.
Result<void> check_sizes(const Container& container) {
  std::uint64_t total = 0;
  for (const Section& section : container.sections) {
    if (!is_metadata(section)) continue;
    const Result<ContentSize> content = content_size(section);
    if (!content) return content.error();
    total += content->size;
    if (total > kMaxMetadata)
      return too_much(ErrorCode::kCorrupt, total, kMaxMetadata, section.offset);
    if (total > container.max_metadata)
      return too_much(ErrorCode::kLimit, total, container.max_metadata, section.offset);
  }
  return {};
}

// The content behind a section's size and zstd frame (VC-37).
Result<Bytes> unpack(const Section& section) {
  const Result<ContentSize> head = content_size(section);
  if (!head) return head.error();
  Result<Bytes> content = decompress_chunk(section.payload.subspan(head->bytes), head->size);
  if (!content && content.error().code == ErrorCode::kCorrupt)
    return Error{ErrorCode::kCorrupt, "metadata: " + content.error().text,
                 section.offset + head->bytes, "VC-37"};
  return content;
}

// Moves what a parser found to its place; its error gets the section's offset.
template <typename T>
Result<void> take(Result<T> found, const Section& section, T& to) {
  if (!found) {
    Error error = found.error();
    if (error.offset == kNoOffset) error.offset = section.offset;
    return error;
  }
  to = *std::move(found);
  return {};
}

Result<void> read_section(const Section& section, Metadata& metadata) {
  if (!is_metadata(section)) return {};
  Result<Bytes> content = unpack(section);
  if (!content) return content.error();
  switch (section.tag) {
    case kTagIcc:
      return take(std::move(content), section, metadata.icc);
    case kTagExif:
      return take(std::move(content), section, metadata.exif);
    case kTagXmp:
      return take(std::move(content), section, metadata.xmp);
    case kTagText:
      return take(parse_text(*content), section, metadata.text);
    case kTagDisplay:
      return take(parse_display(*content), section, metadata.display);
    default:
      return take(std::move(content), section, metadata.iptc);
  }
}

}  // namespace

std::uint64_t metadata_size(const Metadata& metadata) {
  std::uint64_t size =
      metadata.icc.size() + metadata.exif.size() + metadata.xmp.size() + metadata.iptc.size();
  for (const TextEntry& entry : metadata.text)
    for (const auto field : kTextFields) size += with_length((entry.*field).size());
  for (const PngChunk& chunk : metadata.display)
    size += chunk.type.size() + with_length(chunk.content.size());
  return size;
}

Result<std::vector<OwnedSection>> write_metadata(const Metadata& metadata) try {
  std::vector<OwnedSection> sections;
  std::uint64_t total = 0;
  const auto add = [&](std::uint8_t tag, const Result<Bytes>& content) -> Result<void> {
    if (!content) return content.error();
    if (content->empty()) return {};
    total += content->size();
    if (total > kMaxMetadata) return too_much(ErrorCode::kLimit, total, kMaxMetadata, kNoOffset);
    const Result<Bytes> frame = compress_chunk(*content);
    if (!frame) return frame.error();
    ByteWriter writer;
    writer.varint(content->size());
    writer.bytes(*frame);
    sections.push_back({tag, writer.take()});
    return {};
  };
  if (auto done = add(kTagIcc, metadata.icc); !done) return done.error();
  if (auto done = add(kTagExif, metadata.exif); !done) return done.error();
  if (auto done = add(kTagXmp, metadata.xmp); !done) return done.error();
  if (auto done = add(kTagText, text_content(metadata.text)); !done) return done.error();
  if (auto done = add(kTagDisplay, display_content(metadata.display)); !done) return done.error();
  if (auto done = add(kTagIptc, metadata.iptc); !done) return done.error();
  return sections;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<Metadata> read_metadata(const Container& container) try {
  if (auto small = check_sizes(container); !small) return small.error();
  Metadata metadata;
  for (const Section& section : container.sections)
    if (auto done = read_section(section, metadata); !done) return done.error();
  return metadata;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace vaecomp
