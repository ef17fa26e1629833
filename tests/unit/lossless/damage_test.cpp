// Damaged planes are refused or decode to something, and never crash.
#include <doctest/doctest.h>

#include "codec/lossless/value_table.h"
#include "format/byte_writer.h"
#include "support/pictures.h"
#include "support/planes.h"

namespace vaecomp {
namespace {

using test::decoded;
using test::encoded;
using test::Planes;

Planes small_picture(int planes, int depth, int levels) {
  test::Random random(planes + depth);
  return Planes({24, 70, planes, depth}, [&](int x, int y, int p) {
    const int scale = ((1 << depth) - 1) / (levels - 1);
    return x < 20 ? (x / 5 + y / 7 + p) % 3 % levels * scale : random.below(levels) * scale;
  });
}

TEST_CASE("every cut is an error") {
  for (const int depth : {8, 16}) {
    const Planes planes = small_picture(3, depth, 256);
    const Bytes bytes = encoded(planes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto back = decoded(ByteSpan(bytes).first(size), planes.shape);
      REQUIRE(!back);
      CHECK(error_family(back.error().code) == 2);
      CHECK(back.error().offset <= size);
    }
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK(decoded(longer, planes.shape).error().rule == "VC-45");
  }
}

TEST_CASE("every flipped bit is an error or other samples") {
  for (const int depth : {8, 16})
    for (const int levels : {2, 200}) {
      const Planes planes = small_picture(depth == 8 ? 3 : 2, depth, levels);
      Bytes bytes = encoded(planes);
      int unnoticed = 0;
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto bit = static_cast<std::uint8_t>(1 << i % 8);
        bytes[i] ^= bit;
        const auto back = decoded(bytes, planes.shape);
        if (back) {
          ++unnoticed;
          CHECK(back->size() == planes.samples.size());
        } else {
          CHECK(error_family(back.error().code) == 2);
        }
        bytes[i] ^= bit;
      }
      CHECK(unnoticed < static_cast<int>(bytes.size()) / 10);
    }
}

TEST_CASE("random bytes of every mode end") {
  constexpr int kModes[] = {0, 1, 2, 4, 5, 12, 13, 14};
  test::Random random(7);
  for (int trial = 0; trial < 800; ++trial) {
    const PlanesShape shape = {1 + random.below(90), 1 + random.below(90), 1 + trial % 4,
                               trial % 8 < 4 ? 8 : 16};
    ByteWriter writer;
    writer.u8(0);
    writer.varint(shape.height - 1);
    writer.u8(static_cast<std::uint8_t>(kModes[trial / 8 % 8]));
    for (int p = 0; p + 1 < shape.planes; ++p) writer.varint(60);
    for (int i = 0; i < 400; ++i) {
      // A state in range now and then lets the decoder go on.
      writer.u8(static_cast<std::uint8_t>(i % 60 == 7 ? random.below(128) : random.below(256)));
    }
    CHECK(!decoded(writer.data(), shape));
  }
}

TEST_CASE("what frames the bands is checked") {
  const PlanesShape shape = {10, 100, 2, 8};
  const auto rule_of = [&](std::initializer_list<int> bytes) {
    Bytes all;
    for (const int byte : bytes) all.push_back(static_cast<std::uint8_t>(byte));
    return std::string(decoded(all, shape).error().rule);
  };
  CHECK(rule_of({}) == "VC-46");
  CHECK(rule_of({2}) == "VC-46");               // an unknown kind
  CHECK(rule_of({0, 100}) == "VC-46");          // bands of 101 rows
  CHECK(rule_of({0, 0x80, 0}) == "VC-01");      // a varint longer than needed
  CHECK(rule_of({0, 49, 5, 0}) == "VC-46");     // a band of 5 bytes in 1
  CHECK(rule_of({0, 99, 3, 0}) == "VC-48");     // no such transform
  CHECK(rule_of({0, 99, 6, 0}) == "VC-48");     // YCoCg and repeated colours
  CHECK(rule_of({0, 99, 9, 0}) == "VC-48");     // neighbours only, but no repeated colours
  CHECK(rule_of({0, 99, 15, 0}) == "VC-48");    // no such transform
  CHECK(rule_of({0, 99, 20, 0}) == "VC-48");    // an unknown bit
  CHECK(rule_of({0, 99, 8, 0}) == "VC-49");     // too few plain samples
  CHECK(rule_of({0, 99, 0, 9, 1}) == "VC-49");  // a stream of 9 bytes in 1
  CHECK(rule_of({0, 99, 0, 0, 1}) == "VC-44");  // no state
  CHECK(rule_of({1, 0, 99, 0, 0}) == "VC-44");  // no state of the table
}

TEST_CASE("a table of values comes back; an empty one is refused") {
  std::vector<bool> used(256);
  for (int v = 3; v < 256; v += 11) used[v] = true;
  const auto values = decode_value_table(encode_value_table(used), 8);
  REQUIRE(values);
  REQUIRE(values->size() == 23);
  for (int i = 0; i < 23; ++i) CHECK((*values)[i] == 3 + 11 * i);
  const auto none = decode_value_table(encode_value_table(std::vector<bool>(256)), 8);
  REQUIRE(!none);
  CHECK(none.error().rule == "VC-47");
}

}  // namespace
}  // namespace vaecomp
