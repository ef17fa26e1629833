// Metadata sections: written and read back byte for byte; limits and damage.
#include "format/metadata.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/format/vector_file.h"

namespace vaecomp {
namespace {

Metadata everything() {
  Metadata metadata;
  for (int i = 0; i < 3000; ++i) metadata.icc.push_back(static_cast<std::uint8_t>(i * i >> 4));
  metadata.exif = {'I', 'I', 42, 0, 8, 0, 0, 0};
  metadata.xmp = {'<', 'x', '/', '>'};
  metadata.text = {
      {"Comment", "", "", "one\ntwo"}, {"Titel", "de", "\xC3\x9C", "\xE4\xB8\xAD"}, {}};
  metadata.display = {{"gAMA", {0, 0, 0xB1, 0x8F}}, {"sRGB", {0}}, {"cICP", {}}};
  metadata.iptc = {'8', 'B', 'I', 'M', 4, 4, 0, 0, 0, 0, 0, 0};
  return metadata;
}

Result<Metadata> through_stream(const std::vector<OwnedSection>& owned, const Limits& limits = {}) {
  const Bytes latents = {1};
  std::vector<Section> sections = {{kTagLatents, 0, latents}};
  for (const OwnedSection& section : owned) sections.push_back({section.tag, 0, section.payload});
  const Bytes stream = write_container({0, 1, 1, 0, 0}, sections);
  return read_metadata(read_container(stream, limits).value());
}

TEST_CASE("all kinds come back byte for byte") {
  const Metadata metadata = everything();
  const auto sections = write_metadata(metadata);
  REQUIRE(sections);
  CHECK(sections->size() == 6);
  CHECK(sections->back().tag == kTagIptc);
  const Result<Metadata> back = through_stream(*sections);
  REQUIRE(back);
  CHECK(*back == metadata);
}

TEST_CASE("what is empty has no section") {
  CHECK(write_metadata({}).value().empty());
  Metadata one;
  one.xmp = {'x'};
  const auto sections = write_metadata(one).value();
  REQUIRE(sections.size() == 1);
  CHECK(sections[0].tag == kTagXmp);
  CHECK(through_stream({}).value() == Metadata());
}

TEST_CASE("VC-37: the largest size is kept, one byte more, of whatever kinds, refused") {
  const Limits all{.max_metadata = kMaxMetadata};
  Metadata metadata;
  metadata.exif.resize(kMaxMetadata - 1);
  metadata.icc.resize(1);
  const auto sections = write_metadata(metadata);
  REQUIRE(sections);
  CHECK(through_stream(*sections, all).value().exif.size() == kMaxMetadata - 1);
  for (Bytes Metadata::*kind : {&Metadata::exif, &Metadata::iptc, &Metadata::icc}) {
    Metadata larger = metadata;
    (larger.*kind).push_back(0);
    const auto refused = write_metadata(larger);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kLimit);
  }
}

TEST_CASE("VC-37: a reader's limit is for all kinds together, and 2^24 by default") {
  Metadata metadata = everything();
  const std::uint64_t size = metadata_size(metadata);
  const auto sections = write_metadata(metadata).value();
  CHECK(through_stream(sections, {.max_metadata = size}).has_value());
  const auto refused = through_stream(sections, {.max_metadata = size - 1});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kLimit);
  CHECK(refused.error().rule == "VC-37");
  Metadata large;
  large.xmp.resize(kDefaultMaxMetadata / 2);
  large.iptc.resize(kDefaultMaxMetadata / 2);
  CHECK(through_stream(write_metadata(large).value()).has_value());
  large.icc.resize(1);
  CHECK(through_stream(write_metadata(large).value()).error().code == ErrorCode::kLimit);
}

TEST_CASE("VC-38 and VC-39: more texts or chunks than are read are not written") {
  Metadata metadata;
  metadata.text.resize(kMaxTexts);
  metadata.display.resize(kMaxDisplayChunks, {"gAMA", {}});
  CHECK(through_stream(write_metadata(metadata).value()).value() == metadata);
  Metadata texts = metadata, chunks = metadata;
  texts.text.emplace_back();
  chunks.display.push_back({"gAMA", {}});
  CHECK(write_metadata(texts).error().code == ErrorCode::kLimit);
  CHECK(write_metadata(chunks).error().code == ErrorCode::kLimit);
}

TEST_CASE("VC-38 and VC-39: what could not be read is not written") {
  Metadata bad_text, nul, bad_type;
  bad_text.text = {{"Comment", "", "", "\xE9"}};
  nul.text = {{"Comment", "", "", std::string("a\0b", 3)}};
  bad_type.display = {{"gAM1", {}}};
  for (const Metadata& metadata : {bad_text, nul, bad_type}) {
    const auto refused = write_metadata(metadata);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("the vector holds what its comments say") {
  for (const auto& vector : test::read_vector_files("stream")) {
    if (vector.name.find("ok_metadata") == std::string::npos) continue;
    const Metadata metadata = read_metadata(read_container(vector.bytes).value()).value();
    CHECK(metadata.icc == Bytes{'I', 'C', 'C'});
    CHECK(metadata.text == std::vector<TextEntry>{{"Comment", "", "", "hi"},
                                                  {"Title", "de", "Titel", "\xE4\xB8\xAD"}});
    CHECK(metadata.display == std::vector<PngChunk>{{"gAMA", {0, 0, 0xB1, 0x8F}}, {"sRGB", {0}}});
    CHECK(metadata.iptc.size() == 20);
    CHECK(std::string(metadata.iptc.begin() + 17, metadata.iptc.begin() + 19) == "Ul");
    return;
  }
  FAIL("no such vector");
}

TEST_CASE("every truncation and flipped byte of a payload ends in a value or an error") {
  const std::vector<OwnedSection> sections = write_metadata(everything()).value();
  for (const OwnedSection& section : sections) {
    for (std::size_t at = 0; at < section.payload.size(); ++at) {
      OwnedSection damaged = section;
      damaged.payload[at] ^= 0x15;
      if (const auto read = through_stream({damaged}); !read)
        CHECK(read.error().code == ErrorCode::kCorrupt);
      damaged = section;
      damaged.payload.resize(at);
      CHECK_FALSE(through_stream({damaged}).has_value());
    }
  }
}

}  // namespace
}  // namespace vaecomp
