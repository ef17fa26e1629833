// Damaged streams and bad arguments: always an error of the right family, never a crash.
#include <doctest/doctest.h>

#include "codec/decoder/band_streams.h"
#include "format/byte_writer.h"
#include "format/container.h"
#include "format/crc32c.h"
#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

using test::picture;
using test::tiny_model;

Bytes small_stream() {
  const auto stream = encode(tiny_model(), picture(75, 50, 3).view(),
                             {.quality = 40, .threads = 1, .learned_only = true});
  REQUIRE(stream.has_value());
  return *stream;
}

void renew_checksum(Bytes& stream) {
  stream.erase(stream.end() - 4, stream.end());
  append_le(stream, crc32c(stream));
}

TEST_CASE("VC-09: every prefix and every flipped bit is reported") {
  const Bytes stream = small_stream();
  for (std::size_t length = 0; length < stream.size(); ++length)
    CHECK_FALSE(decode(tiny_model(), ByteSpan(stream).first(length)).has_value());
  for (std::size_t bit = 0; bit < stream.size() * 8; ++bit) {
    Bytes flipped = stream;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    CHECK_FALSE(decode(tiny_model(), flipped, {.threads = 1}).has_value());
  }
}

TEST_CASE("damage under a renewed checksum decodes to something or fails, within bounds") {
  const Bytes stream = small_stream();
  test::Random random(3);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    Bytes damaged = stream;
    for (int i = 0; i < 3; ++i)
      damaged[17 + random.below(static_cast<int>(damaged.size()) - 21)] ^=
          static_cast<std::uint8_t>(1 + random.below(255));
    renew_checksum(damaged);
    const auto image = decode(tiny_model(), damaged, {.threads = 1});
    if (!image) {
      ++refused;
      CHECK(error_family(image.error().code) >= 2);
      CHECK(error_family(image.error().code) <= 4);
    }
  }
  CHECK(refused > 250);  // the end states give nearly all of it away (VC-22)
}

TEST_CASE("networks run no farther than symbols are there") {
  const int height = 40 * 512;  // 40 bands
  const auto sound = encode(tiny_model(), picture(16, height, 3).view(),
                            {.quality = 40, .effort = 1, .learned_only = true});
  REQUIRE(sound.has_value());
  const Container container = read_container(*sound).value();
  const Section& latents = *container.find(kTagLatents);
  std::vector<BandStream> streams = split_streams(latents, 40).value();
  // The second band's symbols end after its states.
  streams[1].bytes = streams[1].bytes.first(8);
  std::vector<Bytes> cut;
  for (const BandStream& stream : streams)
    cut.emplace_back(stream.bytes.begin(), stream.bytes.end());
  const Bytes payload = join_streams(cut);
  const std::vector<Section> sections = {{kTagLatents, 0, payload}};
  const Bytes stream = write_container(container.header, sections);
  double reached = 0;
  const auto image = decode(tiny_model(), stream, {.threads = 1, .progress = [&](double share) {
                                                     reached = share;
                                                     return true;
                                                   }});
  REQUIRE_FALSE(image.has_value());
  CHECK(image.error().rule == "VC-21");
  CHECK(reached < 0.02);
}

TEST_CASE("VC-18: streams that do not fit their section") {
  const auto stream =
      encode(tiny_model(), picture(20, 1100, 3).view(), {.quality = 40, .learned_only = true});
  REQUIRE(stream.has_value());
  const auto container = read_container(*stream);
  REQUIRE(container.has_value());
  Bytes damaged = *stream;
  damaged[container->sections.front().offset] = 0x7f;  // the first band's length
  damaged[container->sections.front().offset + 1] = 0x7f;
  renew_checksum(damaged);
  const auto image = decode(tiny_model(), damaged);
  REQUIRE_FALSE(image.has_value());
  CHECK(error_family(image.error().code) == 2);
}

TEST_CASE("VC-52: trellis-coded latents need a model with tables for them") {
  const Model& model = test::scalar_model();
  const Bytes stream =
      encode(model, picture(20, 20, 3).view(), {.effort = 1, .learned_only = true}).value();
  Container container = read_container(stream).value();
  CHECK_FALSE(container.header.trellis());
  container.header.flags |= kFlagTrellis;
  const auto image = decode(model, write_container(container.header, container.sections));
  REQUIRE_FALSE(image.has_value());
  CHECK(image.error().code == ErrorCode::kCorrupt);
  CHECK(image.error().rule == "VC-52");
}

TEST_CASE("VC-08: a stream of another model is refused") {
  const auto other = Model::load_default();
  REQUIRE(other.has_value());
  const auto image = decode(*other, small_stream());
  REQUIRE_FALSE(image.has_value());
  CHECK(image.error().code == ErrorCode::kUnknownModel);
}

TEST_CASE("VC-06, VC-32: limits are checked before the picture is decoded") {
  const auto image = decode(tiny_model(), small_stream(), {.limits = {.max_pixels = 75 * 50 - 1}});
  REQUIRE_FALSE(image.has_value());
  CHECK(image.error().code == ErrorCode::kLimit);
}

TEST_CASE("arguments that make no sense") {
  const Image image = picture(8, 8, 3);
  ImageView view = image.view();
  const auto code = [&](ImageView v, int quality) {
    const auto stream = encode(tiny_model(), v, {.quality = quality, .learned_only = true});
    return stream ? ErrorCode::kInternal : stream.error().code;
  };
  CHECK(code(view, -1) == ErrorCode::kInvalidArgument);
  CHECK(code(view, 101) == ErrorCode::kInvalidArgument);
  view.width = 9;
  CHECK(code(view, 50) == ErrorCode::kInvalidArgument);
  CHECK(code({.samples = {}, .width = 0, .height = 0}, 50) == ErrorCode::kInvalidArgument);
  view = image.view();
  view.channels = 2;
  CHECK(code(view, 50) == ErrorCode::kInvalidArgument);
}

TEST_CASE("a caller can stop the work") {
  const Image image = picture(64, 64, 3);
  const auto stop = [](double) { return false; };
  const auto stream = encode(tiny_model(), image.view(), {.progress = stop});
  REQUIRE_FALSE(stream.has_value());
  CHECK(stream.error().code == ErrorCode::kIo);
  CHECK_FALSE(decode(tiny_model(), small_stream(), {.progress = stop}).has_value());
}

}  // namespace
}  // namespace vaecomp
