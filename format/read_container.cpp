// Reading the `.vaec` container, SPEC.md section 1.
#include <bitset>
#include <new>
#include <string>
#include <type_traits>

#include "format/byte_reader.h"
#include "format/container.h"
#include "format/file_frame.h"
#include "format/header_fields.h"
#include "format/out_of_memory.h"

namespace vaecomp {
namespace {

constexpr FileFrame kStreamFrame{kStreamMagic, kStreamVersion, "stream", "VC-02", "VC-03", "VC-09"};

std::uint64_t read_value(ByteReader& reader, FieldEncoding encoding) {
  switch (encoding) {
    case FieldEncoding::kU8:
      return reader.u8();
    case FieldEncoding::kU32:
      return reader.u32();
    case FieldEncoding::kVarintMinus1:
      return reader.varint() + 1;
  }
  return 0;
}

StreamHeader read_header(ByteReader& reader, const Limits& limits) {
  StreamHeader header;
  visit_header_fields(header, limits, [&](const HeaderField& field, auto& value) {
    reader.set_rule(field.rule);
    const std::uint64_t start = reader.offset();
    const std::uint64_t found = read_value(reader, field.encoding);
    if (found > field.max) {
      reader.fail(field.above_max,
                  std::string(field.name) + " is " + std::to_string(found) + ", at most " +
                      std::to_string(field.max) + " is allowed",
                  start, field.rule);
    } else {
      value = static_cast<std::remove_reference_t<decltype(value)>>(found);
    }
    // Flags are the first field: what is wrong with them is found at them.
    if (!are_consistent(header.flags))
      reader.fail(ErrorCode::kCorrupt, "flags say neutral but not grey", start, "VC-41");
  });
  return header;
}

std::string tag_name(std::uint8_t tag) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  return std::string("0x") + kDigits[tag >> 4] + kDigits[tag & 15];
}

Section read_section(ByteReader& reader, std::bitset<256>& seen) {
  reader.set_rule("VC-13");
  const std::uint64_t start = reader.offset();
  Section section;
  section.tag = reader.u8();
  if (section.tag < kTagOptional && (section.tag < kTagLatents || section.tag > kTagFilter)) {
    reader.fail(ErrorCode::kUnsupportedFeature,
                "section " + tag_name(section.tag) + " is needed and not known here", start,
                "VC-11");
  }
  if (seen[section.tag]) {
    reader.fail(ErrorCode::kCorrupt, "section " + tag_name(section.tag) + " occurs twice", start,
                "VC-14");
  }
  seen.set(section.tag);

  const std::uint64_t length_start = reader.offset();
  const std::uint64_t length = reader.varint();
  if (length > reader.remaining()) {
    reader.fail(ErrorCode::kCorrupt,
                "section " + tag_name(section.tag) + " of " + std::to_string(length) +
                    " bytes reaches past the end",
                length_start, "VC-13");
  }
  section.offset = reader.offset();
  section.payload = reader.bytes(length);
  return section;
}

// VC-15: a picture is pixels, or latents and perhaps alpha, patches, colours and a filter.
void check_sections(const Container& container, ByteReader& reader, const std::bitset<256>& seen) {
  const bool pixels = container.header.has_pixels();
  if (!seen[pixels ? kTagPixels : kTagLatents]) {
    reader.fail(ErrorCode::kCorrupt, pixels ? "no pixels section" : "no latents section",
                reader.offset(), "VC-15");
  }
  for (const Section& section : container.sections) {
    if (section.tag == kTagPixels ? !pixels : section.tag < kTagOptional && pixels) {
      reader.fail(ErrorCode::kCorrupt,
                  "section " + tag_name(section.tag) + " does not belong into this kind of stream",
                  section.offset, "VC-15");
    }
  }
}

// VC-50, VC-59: what else the header may say.
void check_claims(const Container& container, ByteReader& reader, const std::bitset<256>& seen) {
  const StreamHeader& header = container.header;
  if (header.has_pixels() && (header.model_id != 0 || header.trellis()))
    reader.fail(ErrorCode::kCorrupt, "a picture of pixels has a model or a trellis",
                container.header_bytes, "VC-50");
  if (header.lossless() && header.quality != kQualities - 1)
    reader.fail(ErrorCode::kCorrupt, "a lossless stream has a quality", container.header_bytes,
                "VC-50");
  if (header.nearly_exact() && !header.has_pixels() && !seen[kTagPatches])
    reader.fail(ErrorCode::kCorrupt, "nothing is there to be nearly exact", container.header_bytes,
                "VC-59");
}

}  // namespace

const Section* Container::find(std::uint8_t tag) const {
  for (const Section& section : sections) {
    if (section.tag == tag) return &section;
  }
  return nullptr;
}

Result<Container> read_container(ByteSpan stream, const Limits& limits) try {
  const Result<ByteSpan> content = open_frame(stream, kStreamFrame);
  if (!content) return content.error();

  ByteReader reader(*content);
  reader.bytes(kFrameHeadBytes);
  Container container;
  container.max_metadata = limits.max_metadata;
  container.header = read_header(reader, limits);
  container.header_bytes = reader.offset();

  std::bitset<256> seen;
  while (reader.remaining() > 0) container.sections.push_back(read_section(reader, seen));
  check_sections(container, reader, seen);
  check_claims(container, reader, seen);
  if (!reader.ok()) return reader.error();
  return container;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace vaecomp
