// One table of the kinds that are blocks of bytes.
#include "tools/vaecomp/picture/metadata_kinds.h"

#include <utility>

#include "tools/vaecomp/support/stream_size.h"

namespace vaecomp {
namespace {

struct Block {
  std::string_view kind;
  const char* name;
  Bytes Metadata::*bytes;
};

constexpr Block kBlocks[] = {{"icc", "ICC", &Metadata::icc},
                             {"exif", "EXIF", &Metadata::exif},
                             {"xmp", "XMP", &Metadata::xmp},
                             {"iptc", "IPTC", &Metadata::iptc}};

std::string lines_of(const std::vector<TextEntry>& texts) {
  std::string lines;
  for (const TextEntry& entry : texts) {
    lines += entry.key;
    if (!entry.language.empty()) lines += " [" + entry.language + "]";
    lines += ": " + entry.text + "\n";
  }
  return lines;
}

}  // namespace

Status stream_metadata(const std::string& name, ByteSpan stream, const Limits& limits,
                       Metadata& metadata) {
  const Result<Container> container = read_container(stream, limits);
  if (!container) return Failure{name, container.error()};
  Result<Metadata> read = read_metadata(*container);
  if (!read) return Failure{name, with_option(read.error())};
  metadata = *std::move(read);
  return std::nullopt;
}

std::optional<Bytes> extracted(const Metadata& metadata, std::string_view kind) {
  for (const Block& block : kBlocks) {
    if (block.kind != kind) continue;
    const Bytes& bytes = metadata.*block.bytes;
    return bytes.empty() ? std::nullopt : std::optional(bytes);
  }
  if (metadata.text.empty()) return std::nullopt;
  const std::string lines = lines_of(metadata.text);
  return Bytes(lines.begin(), lines.end());
}

std::string metadata_text(const Metadata& metadata) {
  std::string text;
  const auto add = [&text](const std::string& item) { text += (text.empty() ? "" : ", ") + item; };
  for (const Block& block : kBlocks) {
    const std::size_t size = (metadata.*block.bytes).size();
    if (size > 0) add(std::string(block.name) + " " + std::to_string(size) + " bytes");
  }
  const std::size_t texts = metadata.text.size();
  if (texts > 0) add(std::to_string(texts) + (texts == 1 ? " text" : " texts"));
  for (const PngChunk& chunk : metadata.display) add(chunk.type);
  return text;
}

}  // namespace vaecomp
