// Planes of which only some blocks are coded: those come back, the others cost nothing.
#include <doctest/doctest.h>

#include <numeric>

#include "codec/lossless/block_mask.h"
#include "codec/lossless/encode_planes.h"
#include "support/pictures.h"
#include "support/planes.h"

namespace vaecomp {
namespace {

using test::decoded;
using test::encoded;
using test::Planes;

BlockMask random_mask(int width, int height, int one_in, std::uint32_t seed) {
  test::Random random(seed);
  BlockMask mask(width, height);
  for (std::size_t i = 0; i < mask.size(); ++i) mask.set(i, random.below(one_in) == 0);
  mask.set(mask.size() / 2, true);
  return mask;
}

// Letters on paper beside noise.
Planes page(const PlanesShape& shape, std::uint32_t seed) {
  test::Random random(seed);
  const int most = (1 << shape.depth) - 1;
  return Planes(shape, [&, most](int x, int y, int p) {
    if (x / 90 % 2 == 1) return random.below(most + 1);
    return (x * 7 / 3 + y * 5 / 2) % 11 < 3 ? most / 5 * p : most;
  });
}

TEST_CASE("masks come back, and a mask without a block is none (VC-53)") {
  for (const auto& [width, height] : {std::pair(1, 1), {16, 16}, {17, 33}, {500, 300}}) {
    const BlockMask mask = random_mask(width, height, 3, width);
    const Result<BlockMask> back = decode_mask(encode_mask(mask), width, height);
    REQUIRE(back);
    CHECK(*back == mask);
    const Result<BlockMask> empty =
        decode_mask(encode_mask(BlockMask(width, height)), width, height);
    REQUIRE_FALSE(empty);
    CHECK(empty.error().rule == "VC-53");
  }
}

TEST_CASE("what a mask covers comes back, whatever lies beside it") {
  for (const int depth : {8, 16}) {
    for (int planes = 1; planes <= 4; ++planes) {
      for (const int one_in : {1, 2, 9, 1000}) {
        CAPTURE(depth);
        CAPTURE(planes);
        CAPTURE(one_in);
        const PlanesShape shape = {203, 150, planes, depth};
        Planes original = page(shape, 5);
        const BlockMask mask = random_mask(shape.width, shape.height, one_in, one_in + depth);
        const Bytes bytes = encoded(original, 1, &mask);
        const auto back = decoded(bytes, shape, 1, &mask);
        REQUIRE(back);
        bool equal = true;
        std::size_t i = 0;
        for (int y = 0; y < shape.height; ++y)
          for (int x = 0; x < shape.width; ++x)
            for (int p = 0; p < planes; ++p, ++i)
              if (mask.covers(x, y)) {
                equal &= (*back)[i] == original.samples[i];
              } else {
                original.samples[i] = 0;
              }
        CHECK(equal);
        // The choice between ways to code may look at what lies beside, the decoder cannot.
        CHECK(encoded(original, 1, &mask).size() <= bytes.size() * 51 / 50 + 8);
      }
    }
  }
}

TEST_CASE("bands and threads do not matter under a mask") {
  const PlanesShape shape = {1100, 1000, 3, 8};
  const Planes original = page(shape, 8);
  const BlockMask mask = random_mask(shape.width, shape.height, 3, 1);
  const Bytes bytes = encoded(original, 1, &mask);
  CHECK(encoded(original, 3, &mask) == bytes);
  const auto one = decoded(bytes, shape, 1, &mask), three = decoded(bytes, shape, 3, &mask);
  REQUIRE(one);
  REQUIRE(three);
  CHECK(*one == *three);
}

TEST_CASE("prices of blocks add up to about the bytes") {
  for (const int depth : {8, 16}) {
    const PlanesShape shape = {640, 400, 3, depth};
    Planes original = page(shape, 3);
    // The list of values is not in the prices: let it be short.
    for (std::uint16_t& sample : original.samples)
      sample = static_cast<std::uint16_t>(sample % 400);
    BlockMask mask(shape.width, shape.height);
    for (int y = 0; y < mask.rows(); ++y)
      for (int x = 0; x < mask.columns(); ++x)
        mask.set(static_cast<std::size_t>(y) * mask.columns() + x, x % 11 < 5);
    ThreadPool pool(1);
    const auto prices = price_blocks(test::views_of(original), shape, mask, pool);
    REQUIRE(prices.size() == mask.size());
    for (std::size_t i = 0; i < prices.size(); ++i)
      if (!mask.has(i)) CHECK(prices[i] == 0);
    CAPTURE(depth);
    const double bits = std::accumulate(prices.begin(), prices.end(), 0.0) / 256;
    CHECK(bits / 8 == doctest::Approx(encoded(original, 1, &mask).size()).epsilon(0.05));
  }
}

}  // namespace
}  // namespace vaecomp
