// Writing the `.vaec` container, SPEC.md section 1.
#include <cassert>

#include "format/byte_writer.h"
#include "format/container.h"
#include "format/file_frame.h"
#include "format/header_fields.h"

namespace vaecomp {
namespace {

void write_value(ByteWriter& writer, FieldEncoding encoding, std::uint32_t value) {
  switch (encoding) {
    case FieldEncoding::kU8:
      return writer.u8(static_cast<std::uint8_t>(value));
    case FieldEncoding::kU32:
      return writer.u32(value);
    case FieldEncoding::kVarintMinus1:
      return writer.varint(value - 1);
  }
}

}  // namespace

Bytes write_container(const StreamHeader& header, std::span<const Section> sections) {
  ByteWriter writer;
  writer.bytes(kStreamMagic);
  writer.u8(kStreamVersion);
  visit_header_fields(header, Limits{}, [&](const HeaderField& field, const auto& value) {
    write_value(writer, field.encoding, value);
  });
  for (const Section& section : sections) {
    writer.u8(section.tag);
    writer.varint(section.payload.size());
    writer.bytes(section.payload);
  }
  Bytes stream = writer.take();
  close_frame(stream);
  // The pixel limit is the decoder's own, so it does not bind the writer.
  assert(read_container(stream, Limits{.max_pixels = ~std::uint64_t{0}}).has_value());
  return stream;
}

}  // namespace vaecomp
