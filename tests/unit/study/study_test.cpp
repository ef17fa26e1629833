// Latents with prior and cost, synthesis of latents, and drawing from the prior.
#include "vaecomp/study.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "codec/encoder/encoder_model.h"
#include "codec/encoder/verify_stream.h"
#include "codec/prior/dequantiser.h"
#include "codec/study/random_slot.h"
#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

using test::picture;
using test::scalar_model;
using test::tiny_model;

StudiedLatents studied(ByteSpan stream) {
  Result<StudiedLatents> result = decode_latents(tiny_model(), stream);
  if (!result) FAIL(result.error().message());
  return *std::move(result);
}

TEST_CASE("synthesised latents are the decoded picture, in every kind") {
  for (const int channels : {1, 3}) {
    for (const int quality : {0, 50, 100}) {
      const Image image = picture(70, 600, channels);
      const Bytes stream =
          encode(tiny_model(), image.view(), {.quality = quality, .learned_only = true}).value();
      const Image decoded = decode(tiny_model(), stream).value();
      const Image again = synthesise_latents(tiny_model(), studied(stream).latents).value();
      CHECK(again.channels == channels);
      CHECK(again.samples == decoded.samples);
    }
  }
}

TEST_CASE("neutral latents give neutral pictures, as they are and drawn") {
  const Image image = test::neutral(picture(70, 60, 1));
  const Bytes stream =
      encode(tiny_model(), image.view(), {.effort = 1, .learned_only = true}).value();
  const StudiedLatents s = studied(stream);
  CHECK(s.latents.header.neutral());
  CHECK(synthesise_latents(tiny_model(), s.latents)->samples ==
        decode(tiny_model(), stream)->samples);
  const Latents drawn =
      draw_latents(tiny_model(), {.width = 33, .height = 20, .neutral = true}).value();
  const Image dream = synthesise_latents(tiny_model(), drawn).value();
  REQUIRE(dream.samples.size() == 33 * 20 * 3);
  for (std::size_t i = 0; i < dream.samples.size(); ++i)
    CHECK(dream.samples[i] == dream.samples[i / 3 * 3]);
}

TEST_CASE("costs add up to the section: at most 8 bytes more a stream, never fewer bits") {
  for (const int quality : {0, 30, 60, 100}) {
    const Image image = picture(333, 1100, 3);  // three bands
    const Bytes stream =
        encode(tiny_model(), image.view(), {.quality = quality, .learned_only = true}).value();
    const StudiedLatents s = studied(stream);
    const double bits = s.total_bits() + s.total_hyper_bits();
    const double coded = 8.0 * static_cast<double>(probe(stream)->latents_bytes);
    CHECK(s.total_bits() > 0);
    CHECK(s.total_hyper_bits() > 0);
    CHECK(coded >= bits);
    CHECK(coded <= bits * 1.002 + 8 * (3 * 9 + 6));  // and the lengths of two streams
    const double by_channel = std::accumulate(s.channel_bits.begin(), s.channel_bits.end(), 0.0);
    CHECK(by_channel == doctest::Approx(s.total_bits()));
  }
}

// `step`: of the quantisation, in Q4.
void check_studied(const StudiedLatents& s, int step) {
  CHECK(s.latents.rows == 6);
  CHECK(s.latents.columns == 8);
  CHECK(s.hyper_rows == 2);
  CHECK(s.hyper_columns == 2);
  REQUIRE(s.means.size() == s.latents.values.size());
  REQUIRE(s.scale_indices.size() == s.latents.values.size());
  REQUIRE(s.bits.size() == 48);
  int coded = 0;
  for (std::size_t k = 0; k < s.means.size(); ++k) {
    const int difference = s.latents.values[k] - s.means[k];
    CHECK(difference % step == 0);
    if (s.scale_indices[k] == 0) CHECK(difference == 0);
    coded += difference != 0;
  }
  CHECK(coded > 0);
}

TEST_CASE("every value is a whole number of steps from its mean; uncoded ones are their mean") {
  const Image image = picture(120, 90, 3);
  const auto of = [&](const Model& model) {
    const Bytes stream = encode(model, image.view(), {.quality = 40, .learned_only = true}).value();
    return decode_latents(model, stream).value();
  };
  check_studied(of(tiny_model()), kTrellisStep);
  check_studied(of(scalar_model()), 16);
}

TEST_CASE("the study does not depend on the number of threads") {
  const Image image = picture(100, 1100, 3);
  const Bytes stream = encode(tiny_model(), image.view(), {.learned_only = true}).value();
  const StudiedLatents one = decode_latents(tiny_model(), stream, {.threads = 1}).value();
  const StudiedLatents four = decode_latents(tiny_model(), stream, {.threads = 4}).value();
  CHECK(one.latents.values == four.latents.values);
  CHECK(one.means == four.means);
  CHECK(one.bits == four.bits);
  CHECK(one.channel_bits == four.channel_bits);
}

TEST_CASE("draws repeat, and differ by seed and quality, not by threads") {
  DrawOptions options{.seed = 7, .width = 100, .height = 1100, .quality = 60, .threads = 1};
  const Latents first = draw_latents(tiny_model(), options).value();
  options.threads = 5;
  CHECK(draw_latents(tiny_model(), options)->values == first.values);
  options.seed = 8;
  CHECK(draw_latents(tiny_model(), options)->values != first.values);
  options.seed = 7;
  options.quality = 61;
  CHECK(draw_latents(tiny_model(), options)->values != first.values);
  const Image image = synthesise_latents(tiny_model(), first).value();
  CHECK(image.width == 100);
  CHECK(image.height == 1100);
}

TEST_CASE("what is given is kept: nothing, the hyper latents, some steps, all of them") {
  const Image image = picture(100, 600, 3);
  const StudiedLatents given =
      studied(encode(tiny_model(), image.view(), {.quality = 70, .learned_only = true}).value());
  DrawOptions options{.seed = 5, .width = 100, .height = 600, .quality = 70};
  const auto equal_values = [&] {
    const Latents drawn = draw_latents(tiny_model(), options).value();
    std::size_t equal = 0;
    for (std::size_t k = 0; k < drawn.values.size(); ++k)
      equal += drawn.values[k] == given.latents.values[k];
    return equal;
  };
  std::size_t last = equal_values();
  options.given = &given;
  for (const int steps : {0, 1, 2, 100}) {
    options.given_steps = steps;
    const std::size_t equal = equal_values();
    CHECK(equal > last);
    last = equal;
  }
  CHECK(last == given.latents.values.size());
}

TEST_CASE("slots are spread evenly and neighbours do not follow each other") {
  constexpr int kSlots = 16, kDraws = 1 << 16;
  int counts[kSlots] = {}, repeats = 0;
  std::uint32_t last = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint32_t slot = random_slot(42, 1, i / 256, i % 256, 3, kSlots);
    REQUIRE(slot < kSlots);
    ++counts[slot];
    repeats += slot == last;
    last = slot;
  }
  const double expected = kDraws / double{kSlots};
  double chi_squared = 0;
  for (const int count : counts) chi_squared += (count - expected) * (count - expected) / expected;
  CHECK(chi_squared < 45);  // 15 degrees of freedom: exceeded once in 12,000 generators
  CHECK(std::abs(repeats - expected) < 6 * std::sqrt(expected));
}

TEST_CASE("the deviations rise with the index") {
  const auto deviations = scale_deviations(tiny_model());
  CHECK(deviations[0] == 0);
  // The least ones are all as small as a table can say.
  for (int i = 1; i < 30; ++i) CHECK(deviations[i] >= deviations[i - 1]);
  for (int i = 8; i < 30; ++i) CHECK(deviations[i] > deviations[i - 1]);
}

TEST_CASE("what does not fit is refused") {
  const Model& model = tiny_model();
  Latents latents = draw_latents(model, {.width = 20, .height = 20}).value();
  const auto code = [&](const Latents& l) { return synthesise_latents(model, l).error().code; };
  Latents changed = latents;
  changed.values.pop_back();
  CHECK(code(changed) == ErrorCode::kInvalidArgument);
  changed = latents;
  changed.header.width = 40;
  CHECK(code(changed) == ErrorCode::kInvalidArgument);
  changed = latents;
  changed.header.width = 0;
  CHECK(code(changed) == ErrorCode::kInvalidArgument);
  changed = latents;
  changed.header.width = kMaxSide + 1;
  CHECK(code(changed) == ErrorCode::kLimit);
  changed = latents;
  changed.header.quality = 101;
  CHECK(code(changed) == ErrorCode::kInvalidArgument);
  changed = latents;
  changed.header.flags = kFlagNeutral;
  CHECK(code(changed) == ErrorCode::kInvalidArgument);
  changed = latents;
  changed.header.model_id ^= 1;
  CHECK(code(changed) == ErrorCode::kUnknownModel);

  const auto draw = [&](DrawOptions options) { return draw_latents(model, options).error().code; };
  CHECK(draw({.width = 0, .height = 5}) == ErrorCode::kInvalidArgument);
  CHECK(draw({.width = 5, .height = -5}) == ErrorCode::kInvalidArgument);
  CHECK(draw({.width = 5, .height = 5, .quality = 101}) == ErrorCode::kInvalidArgument);
  CHECK(draw({.width = 5, .height = 5, .grey = true, .neutral = true}) ==
        ErrorCode::kInvalidArgument);
  CHECK(draw({.width = 1 << 20, .height = 1 << 20}) == ErrorCode::kLimit);
  CHECK(draw({.width = 5, .height = 5, .limits = {.max_pixels = 24}}) == ErrorCode::kLimit);

  const Bytes stream = encode(model, picture(40, 40, 3).view(), {.learned_only = true}).value();
  const StudiedLatents given = studied(stream);
  const auto draw_like = [&](const StudiedLatents& g, int width, int quality) {
    return draw({.width = width, .height = 40, .quality = quality, .given = &g});
  };
  CHECK(draw_like(given, 41, 50) == ErrorCode::kInvalidArgument);
  CHECK(draw_like(given, 40, 51) == ErrorCode::kInvalidArgument);
  StudiedLatents broken = given;
  broken.hyper_values.pop_back();
  CHECK(draw_like(broken, 40, 50) == ErrorCode::kInvalidArgument);
  broken = given;
  broken.latents.header.model_id ^= 1;
  CHECK(draw_like(broken, 40, 50) == ErrorCode::kUnknownModel);
  const auto other = Model::load_default();
  REQUIRE(other.has_value());
  CHECK(decode_latents(*other, stream).error().code == ErrorCode::kUnknownModel);
  CHECK(decode_latents(model, ByteSpan(stream).first(stream.size() - 9)).error().code ==
        ErrorCode::kChecksum);
}

TEST_CASE("damage is reported as decode reports it") {
  const Bytes sound =
      encode(tiny_model(), picture(40, 1100, 3).view(), {.effort = 1, .learned_only = true})
          .value();
  const Container container = read_container(sound).value();
  const ByteSpan payload = container.find(kTagLatents)->payload;
  int noticed = 0;
  for (std::size_t i = 0; i < payload.size(); i += 1 + i / 16) {
    Bytes damaged(payload.begin(), payload.end());
    damaged[i] ^= 0x41;
    const Section section{.tag = kTagLatents, .offset = 0, .payload = damaged};
    const Bytes stream = write_container(container.header, {&section, 1});
    const auto image = decode(tiny_model(), stream);
    const auto latents = decode_latents(tiny_model(), stream);
    REQUIRE(image.has_value() == latents.has_value());
    if (image.has_value()) continue;
    ++noticed;
    CHECK(latents.error().message() == image.error().message());
  }
  CHECK(noticed > 20);
}

TEST_CASE("a short stream under a huge header is refused before any network runs") {
  const Bytes sound =
      encode(tiny_model(), picture(40, 30, 3).view(), {.learned_only = true}).value();
  Container container = read_container(sound).value();
  container.header.width = 1 << 18;  // one band: the section is well formed
  container.header.height = 512;
  const Bytes stream = write_container(container.header, container.sections);
  CHECK(decode_latents(tiny_model(), stream).error().rule == "VC-21");
  CHECK(decode(tiny_model(), stream).error().rule == "VC-21");
}

TEST_CASE("work can be stopped") {
  const DecodeOptions stop{.progress = [](double) { return false; }};
  const Bytes stream =
      encode(tiny_model(), picture(40, 40, 3).view(), {.learned_only = true}).value();
  CHECK(decode_latents(tiny_model(), stream, stop).error().code == ErrorCode::kIo);
  CHECK(draw_latents(tiny_model(), {.width = 9, .height = 9, .progress = stop.progress})
            .error()
            .code == ErrorCode::kIo);
}

TEST_CASE("verification sees another kind, other alpha, metadata, colours and latents") {
  const Model& model = tiny_model();
  ThreadPool pool(1);
  Image image = picture(40, 30, 3);
  image.alpha.assign(1200, 200);
  image.metadata.exif = {1, 2, 3};
  const Bytes stream = encode(model, image.view(), {.verify = true, .learned_only = true}).value();
  const StudiedLatents s = studied(stream);
  Tensor latents(s.latents.rows, s.latents.columns, s.latents.channels);
  latents.values.assign(s.latents.values.begin(), s.latents.values.end());
  ColourTurn turn = s.latents.turn;
  PixelFilter own_filter = s.latents.filter;
  const auto verify = [&](const Image& expected, const Tensor& tensor) {
    const RowChecks checks = row_checks(tensor);
    return verify_stream(model.impl(), stream,
                         {expected.view(), expected.view(), checks, nullptr, turn, own_filter},
                         pool);
  };
  CHECK(verify(image, latents).has_value());
  turn.offset[1] ^= 1;
  CHECK(verify(image, latents).error().text.find("colours") != std::string::npos);
  turn.offset[1] ^= 1;
  own_filter.coefficients[0][2][1] ^= 1;
  CHECK(verify(image, latents).error().text.find("filter") != std::string::npos);
  own_filter.coefficients[0][2][1] ^= 1;
  Image changed = image;
  changed.alpha[77] = 201;
  CHECK(verify(changed, latents).error().text.find("alpha") != std::string::npos);
  changed.alpha.clear();
  CHECK(verify(changed, latents).error().text.find("alpha") != std::string::npos);
  changed = image;
  changed.metadata.exif[0] = 9;
  CHECK(verify(changed, latents).error().text.find("metadata") != std::string::npos);
  changed = image;
  changed.channels = 1;
  CHECK(verify(changed, latents).error().text.find("channels") != std::string::npos);
  latents.values[5] ^= 1;
  CHECK(verify(image, latents).error().text.find("latents") != std::string::npos);
}

}  // namespace
}  // namespace vaecomp
