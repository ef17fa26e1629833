// The `.vaec` container beyond the vectors: damage, mutation, limits, overhead.
#include "format/container.h"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/file_frame.h"
#include "format/header_fields.h"
#include "unit/format/vector_file.h"

namespace vaecomp {
namespace {

Bytes sample_stream() {
  const Bytes latents = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const Bytes metadata = {0x4D, 0x45};
  const std::vector<Section> sections = {{kTagLatents, 0, latents}, {0x90, 0, metadata}};
  return write_container({kFlagGrey, 300, 200, 77, 0xCAFEF00D}, sections);
}

TEST_CASE("a written container is read back") {
  const Bytes stream = sample_stream();
  const Result<Container> read = read_container(stream);
  REQUIRE(read);
  CHECK(read->header.grey());
  CHECK(read->header.width == 300);
  CHECK(read->header.height == 200);
  CHECK(read->header.quality == 77);
  CHECK(read->header.model_id == 0xCAFEF00D);
  CHECK(read->header_bytes == 15);
  REQUIRE(read->sections.size() == 2);
  const Section* latents = read->find(kTagLatents);
  REQUIRE(latents != nullptr);
  CHECK(latents->offset == 17);
  CHECK(latents->payload.data() == stream.data() + 17);  // borrowed, not copied
  CHECK(latents->payload.size() == 9);
  CHECK(read->find(0x90)->payload[0] == 0x4D);
  CHECK(read->find(0x91) == nullptr);
}

TEST_CASE("VC-41: flags tell the decoded picture's channels") {
  struct Kind {
    int flags;
    bool grey, neutral;
    int channels;
  };
  for (const Kind& kind : {Kind{0, false, false, 3}, Kind{kFlagGrey, true, false, 1},
                           Kind{kFlagGrey | kFlagNeutral, false, true, 3}}) {
    const StreamHeader header{static_cast<std::uint8_t>(kind.flags | kFlag16Bits), 1, 1, 0, 0};
    CHECK(header.grey() == kind.grey);
    CHECK(header.neutral() == kind.neutral);
    CHECK(header.channels() == kind.channels);
    CHECK(header.is_16_bit());
    CHECK(are_consistent(header.flags));
  }
  CHECK_FALSE(are_consistent(kFlagNeutral));
}

TEST_CASE("every proper prefix of a stream is refused") {
  for (const auto& vector : test::read_vector_files("stream")) {
    if (vector.expect != "ok") continue;
    for (std::size_t size = 0; size < vector.bytes.size(); ++size) {
      CAPTURE(vector.name);
      CAPTURE(size);
      const auto read = read_container(ByteSpan(vector.bytes).first(size));
      REQUIRE(!read);
      CHECK(read.error().code == (size < 9 ? ErrorCode::kTruncated : ErrorCode::kChecksum));
    }
  }
}

TEST_CASE("every single flipped bit of a stream is reported") {
  Bytes stream = sample_stream();
  for (std::size_t bit = 0; bit < 8 * stream.size(); ++bit) {
    CAPTURE(bit);
    stream[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const auto read = read_container(stream);
    REQUIRE(!read);
    CHECK(read.error().code == (bit < 32   ? ErrorCode::kNotAStream
                                : bit < 40 ? ErrorCode::kUnsupportedVersion
                                           : ErrorCode::kChecksum));
    stream[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
}

// Behind a matching checksum anything may stand. Whatever the reader lets through, it understood
// wholly: written again it gives the same bytes. Everything else has a rule and a place inside of
// the stream.
void check_understood(const Bytes& stream) {
  const Limits no_pixel_limit{.max_pixels = ~std::uint64_t{0}};
  const auto read = read_container(stream, no_pixel_limit);
  if (read) {
    CHECK(write_container(read->header, read->sections) == stream);
  } else {
    CHECK(!read.error().rule.empty());
    CHECK(read.error().offset <= stream.size());
  }
}

TEST_CASE("a stream with a flipped bit and a right checksum is refused or wholly understood") {
  const Bytes stream = sample_stream();
  const ByteSpan content = ByteSpan(stream).first(stream.size() - kChecksumBytes);
  for (std::size_t bit = 0; bit < 8 * content.size(); ++bit) {
    CAPTURE(bit);
    Bytes flipped(content.begin(), content.end());
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    close_frame(flipped);
    check_understood(flipped);
  }
}

TEST_CASE("random damage with a right checksum is refused or wholly understood") {
  std::mt19937 random(1);
  const Bytes stream = sample_stream();
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes damaged = stream;
    damaged.resize(kFrameHeadBytes + random() % (stream.size() + 8 - kFrameHeadBytes));
    for (unsigned i = random() % 4; i > 0 && damaged.size() > kFrameHeadBytes; --i) {
      const std::size_t at = kFrameHeadBytes + random() % (damaged.size() - kFrameHeadBytes);
      damaged[at] = static_cast<std::uint8_t>(random() % 2 ? random() : random() % 3 * 0x7F);
    }
    close_frame(damaged);
    check_understood(damaged);
    accepted += read_container(damaged).has_value();
  }
  CHECK(accepted > 100);  // both ways are taken
  CHECK(accepted < 19000);
}

TEST_CASE("the caller's limits") {
  const Bytes stream = sample_stream();  // 300 x 200
  CHECK(read_container(stream, {.max_pixels = 60000, .max_side = 300}));
  const auto describe = [&](const Limits& limits) {
    const auto read = read_container(stream, limits);
    return read ? std::string("ok") : test::describe(read.error());
  };
  CHECK(describe({.max_pixels = 59999, .max_side = 300}) == "limit VC-06 @8");
  CHECK(describe({.max_pixels = 0, .max_side = 300}) == "limit VC-06 @8");
  CHECK(describe({.max_pixels = 60000, .max_side = 299}) == "limit VC-05 @6");
  CHECK(describe({.max_pixels = 60000, .max_side = 0}) == "limit VC-05 @6");

  // A caller may allow more pixels than the default, but no longer sides than the format has.
  const auto too_wide = test::read_vector("stream", "vc05_too_wide");
  const auto read = read_container(too_wide.bytes, {.max_side = ~std::uint32_t{0}});
  REQUIRE(!read);
  CHECK(test::describe(read.error()) == too_wide.expect);

  const Bytes section = {0};
  const std::vector<Section> sections = {{kTagLatents, 0, section}};
  const Bytes largest = write_container({0, kMaxSide, kMaxSide, 0, 0}, sections);
  CHECK(!read_container(largest));
  CHECK(read_container(largest, {.max_pixels = 1ull << 40}));
  CHECK(!read_container(largest, {.max_pixels = (1ull << 40) - 1}));
}

TEST_CASE("VC-16: header, section head and checksum take at most 32 bytes") {
  const Bytes latents(300 * 1000);
  const std::vector<Section> sections = {{kTagLatents, 0, latents}};
  const StreamHeader largest{0, kMaxSide, kMaxSide, 100, 0xFFFFFFFF};
  CHECK(write_container(largest, sections).size() - latents.size() == 25);
  const std::vector<Section> empty = {{kTagLatents, 0, {}}};
  CHECK(write_container({0, 1, 1, 0, 0}, empty).size() == 19);
}

TEST_CASE("header fields are listed in the order of the bytes") {
  const auto fields = list_header_fields({1, 20, 30, 40, 50});
  const std::vector<std::pair<std::string_view, std::uint64_t>> expected = {
      {"flags", 1}, {"width", 20}, {"height", 30}, {"quality", 40}, {"model_id", 50}};
  CHECK(fields == expected);
}

}  // namespace
}  // namespace vaecomp
