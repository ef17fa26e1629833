// The coder's parts, each against what its rule says in the plainest way.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

#include "codec/lossless/bit_mixer.h"
#include "codec/lossless/colour_slots.h"
#include "codec/lossless/pixel_colour.h"
#include "codec/lossless/prediction_blend.h"
#include "codec/lossless/symbol_decoder.h"
#include "codec/lossless/symbol_encoder.h"
#include "codec/lossless/token_model.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

TEST_CASE("bits, raw bits and tokens come back, over more than one chunk (VC-43)") {
  test::Random random(3);
  struct Item {
    int kind;
    std::uint32_t value, parameter;
  };
  std::vector<Item> items;
  const TokenModel skewed = geometric_tokens(90), even = geometric_tokens(240);
  for (int i = 0; i < kChunkOperations + 1000; ++i) {
    const int kind = random.below(3);
    if (kind == 0) items.push_back({0, random.next() & 1, 1u + random.below(65535)});
    if (kind == 1) {
      const int bits = 1 + random.below(16);
      items.push_back({1, random.next() & ((1u << bits) - 1), static_cast<std::uint32_t>(bits)});
    }
    if (kind == 2) items.push_back({2, static_cast<std::uint32_t>(random.below(16)), 0});
  }
  const auto run = [&](auto& coder, const Item& item) -> std::uint32_t {
    if (item.kind == 0) return coder.bit(item.value != 0, item.parameter);
    if (item.kind == 1) return coder.raw(item.value, static_cast<int>(item.parameter));
    return coder.symbol(static_cast<int>(item.value), TokenStarts(skewed, even));
  };
  SymbolEncoder encoder;
  for (const Item& item : items) run(encoder, item);
  const Bytes bytes = encoder.finish();
  SymbolDecoder decoder(bytes);
  std::size_t wrong = 0;
  for (const Item& item : items)
    wrong += run(decoder, {item.kind, 0, item.parameter}) != item.value;
  CHECK(wrong == 0);
  CHECK(decoder.finish());
}

TEST_CASE("nothing coded takes no bytes") {
  CHECK(SymbolEncoder().finish().empty());
  CHECK(SymbolDecoder({}).finish());
}

TEST_CASE("a probability is the mean of what it saw, then follows") {
  AdaptiveBit bit;
  CHECK(bit.share() == 32768);
  for (int i = 0; i < 30; ++i) bit.learn(i % 3 == 0, kLongMemory);
  CHECK(std::abs(static_cast<int>(bit.share()) - 65536 / 3) < 2000);
  CHECK(bit.count() == 30);
  for (int i = 0; i < 5000; ++i) bit.learn(false, kShortMemory);
  CHECK(bit.count() == 30);
  CHECK(bit.usable_share() >= 1);
  CHECK(bit.share() < 16);
}

TEST_CASE("squash is the logistic function, stretch its inverse") {
  for (int x = -kMaxLogit; x <= kMaxLogit; ++x) {
    const double exact = 65536 / (1 + std::exp(-x / 256.0));
    CHECK(std::abs(kSquash[x + 2048] - exact) < 2 + 0.035 * std::min(exact, 65536 - exact));
    CHECK(kSquash[x + 2048] >= kSquash[x + 2047]);
  }
  for (int q = 1; q < 4096; ++q) CHECK(kStretch[q] >= kStretch[q - 1]);
  CHECK(kStretch[0] == -kMaxLogit);
  CHECK(std::abs(kStretch[2048]) <= 1);
  CHECK(kStretch[4095] == kMaxLogit);
}

TEST_CASE("mixed opinions cost less than the best of them") {
  test::Random random(5);
  std::vector<bool> bits;
  SymbolEncoder mixed, alone;
  std::array<AdaptiveBit, 2> cells, single;
  AdaptiveBit useless;
  MixerWeights<2> weights = {{32768, 32768}};
  for (int i = 0; i < 20000; ++i) {
    const int side = random.below(2);
    const bool bit = random.below(10) < (side == 0 ? 1 : 9);
    code_mixed_bit<2>(mixed, {&cells[side], &useless}, {kLongMemory, kLongMemory}, weights, bit);
    code_bit(alone, single[0], bit, kLongMemory);
  }
  CHECK(mixed.finish().size() * 2 < alone.finish().size() * 1 + alone.finish().size() + 1400 * 2);
}

TEST_CASE(
    "tokens: starts rise, every token keeps a share, learning moves it (any instruction set)") {
  test::Random random(9);
  for (const std::uint32_t ratio : {61u, 154u, 234u}) {
    TokenModel model = geometric_tokens(ratio);
    std::array<int, kTokens> plain;
    std::copy(model.lanes.begin(), model.lanes.end(), plain.begin());
    for (int step = 0; step < 3000; ++step) {
      const int s = step < 1500 ? random.below(3) : random.below(16);
      const int seen = std::min(step, kTokenCountLimit);
      const int shift = 4 + (seen > 4) + (seen > 12) + (seen > 32) + (seen > 120);
      for (int i = 0; i < kTokens - 1; ++i)
        plain[i] += ((i < s ? i + 1 : 32753 + i) - plain[i]) >> shift;
      learn_token(model, s);
      for (int i = 0; i < kTokens - 1; ++i) REQUIRE(model.lanes[i] == plain[i]);
    }
    const TokenStarts starts(model, geometric_tokens(200));
    CHECK(starts[0] == 0);
    CHECK(starts[kTokens] == 65536);
    for (int s = 0; s < kTokens; ++s) {
      REQUIRE(starts[s + 1] >= starts[s] + 2);
      CHECK(starts.find(starts[s]) == s);
      CHECK(starts.find(starts[s + 1] - 1) == s);
    }
  }
}

TEST_CASE("the fast blend is the plain one") {
  test::Random random(11);
  for (int trial = 0; trial < 20000; ++trial) {
    const int range = trial % 2 == 0 ? 511 : 5;
    const auto value = [&] { return random.below(range) - range / 2; };
    const auto predictions = predictions_of<NarrowSamples>(value(), value(), value(), value(),
                                                           value(), value(), value());
    std::array<Misses<NarrowSamples>, 5> near;
    for (auto& misses : near) measure(predictions, 8 * value(), misses);
    const NearMisses<NarrowSamples> all = {near[0], near[1], near[2], near[3], near[4]};
    REQUIRE(blend(predictions, all) == plain_blend(predictions, all));
    Misses<NarrowSamples> plain;
    const int target = 8 * value();
    plain_measure(predictions, target, plain);
    Misses<NarrowSamples> fast;
    measure(predictions, target, fast);
    REQUIRE(plain.values == fast.values);
  }
}

TEST_CASE("colours become components and come back, components within their ranges") {
  test::Random random(13);
  for (int trial = 0; trial < 3000; ++trial) {
    const auto transform = static_cast<ColourTransform>(trial % kColourTransforms);
    for (int planes = 1; planes <= 4; ++planes) {
      const std::uint32_t colour =
          (random.next() ^ random.next() << 16) & (planes == 4 ? ~0u : (1u << 8 * planes) - 1);
      const Components c = to_components<NarrowSamples>(colour, planes, transform);
      CHECK(to_colour<NarrowSamples>(c, planes, transform) == colour);
      for (int p = 0; p < planes; ++p) {
        const ValueRange range = range_of(p, c[0], planes, transform, 255);
        CHECK(range.least <= c[p]);
        CHECK(c[p] <= range.most);
      }
    }
  }
}

TEST_CASE("a slot keeps the two colours that came most of late") {
  ColourSlot<std::uint32_t> slot;
  CHECK(slot.opinion(5) == 0);
  slot.learn(5);
  CHECK(slot.opinion(5) / 64 == 1);
  CHECK(slot.opinion(6) / 64 == 3);
  for (int i = 0; i < 10; ++i) slot.learn(5);
  slot.learn(6);
  CHECK(slot.first == 5);
  CHECK(slot.opinion(6) / 64 == 2);
  for (int i = 0; i < 6; ++i) slot.learn(6);
  CHECK(slot.first == 6);
  CHECK(slot.second == 5);
  slot.learn(7);
  CHECK(slot.first == 6);
  CHECK(slot.second == 7);
}

}  // namespace
}  // namespace vaecomp
