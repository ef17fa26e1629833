// The cursor over untrusted bytes, and the writer that mirrors it.
#include "format/byte_reader.h"

#include <doctest/doctest.h>

#include "format/byte_writer.h"

namespace vaecomp {
namespace {

TEST_CASE("numbers are little-endian in both directions") {
  ByteWriter writer;
  writer.u8(0xA1);
  writer.u16(0xB2C3);
  writer.u32(0xD4E5F607);
  writer.i16(-2);
  const Bytes expected = {0xA1, 0xC3, 0xB2, 0x07, 0xF6, 0xE5, 0xD4, 0xFE, 0xFF};
  REQUIRE(writer.data() == expected);

  ByteReader reader(writer.data());
  CHECK(reader.u8() == 0xA1);
  CHECK(reader.u16() == 0xB2C3);
  CHECK(reader.u32() == 0xD4E5F607);
  CHECK(reader.i16() == -2);
  CHECK(reader.ok());
  CHECK(reader.remaining() == 0);
}

TEST_CASE("varints come back, as short as can be") {
  for (int bits = 0; bits <= 35; ++bits) {
    for (int delta = -1; delta <= 0; ++delta) {
      const std::uint64_t value = (std::uint64_t{1} << bits) + static_cast<std::uint64_t>(delta);
      if (value >> 35 != 0) continue;
      CAPTURE(value);
      ByteWriter writer;
      writer.varint(value);
      std::size_t size = 1;
      while (size < 5 && value >> (7 * size) != 0) ++size;
      CHECK(writer.data().size() == size);
      ByteReader reader(writer.data());
      CHECK(reader.varint() == value);
      CHECK(reader.ok());
      CHECK(reader.remaining() == 0);
    }
  }
}

TEST_CASE("an early end is reported at the first byte missing, under the rule that was set") {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  reader.set_rule("VC-05");
  CHECK(reader.u8() == 1);
  CHECK(reader.u32() == 0);
  REQUIRE(!reader.ok());
  CHECK(reader.error().code == ErrorCode::kTruncated);
  CHECK(reader.error().offset == 3);
  CHECK(reader.error().rule == "VC-05");
}

TEST_CASE("the first error stays, and nothing is read after it") {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  reader.u8();
  reader.fail(ErrorCode::kCorrupt, "first", 0, "VC-07");
  reader.fail(ErrorCode::kLimit, "second", 1, "VC-05");
  CHECK(reader.u8() == 0);
  CHECK(reader.varint() == 0);
  CHECK(reader.bytes(1).empty());
  CHECK(reader.bytes(100).empty());
  CHECK(reader.offset() == 1);
  CHECK(reader.remaining() == 0);
  CHECK(reader.error().message() == "first (at byte 0; VC-07)");
}

TEST_CASE("a huge count is refused without overflow") {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  reader.u8();
  CHECK(reader.bytes(~std::uint64_t{0}).empty());
  CHECK(!reader.ok());
}

}  // namespace
}  // namespace vaecomp
