// Planes of every kind and size come back, and take about the bytes that they should.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "codec/lossless/encode_planes.h"
#include "codec/lossless/exact_rows.h"
#include "support/pictures.h"
#include "support/planes.h"

namespace vaecomp {
namespace {

using test::decoded;
using test::encoded;
using test::Planes;

// Encodes, decodes, compares; returns the size.
std::size_t round_trip(const Planes& planes) {
  const Bytes bytes = encoded(planes);
  const auto back = decoded(bytes, planes.shape);
  REQUIRE(back);
  CHECK(*back == planes.samples);
  return bytes.size();
}

int most(const PlanesShape& shape) { return (1 << shape.depth) - 1; }

// Some colours, which come again and again in a pattern, among photographic parts.
Planes mixture(const PlanesShape& shape, std::uint32_t seed) {
  test::Random random(seed);
  return Planes(shape, [&, shape](int x, int y, int p) {
    const int scale = shape.depth == 8 ? 1 : 257;
    switch ((x / 70 + y / 70) % 3) {
      case 0:
        return (x / 3 * 7 + y / 5 * (p + 1)) % 6 * 40 * scale;
      case 1:
        return (128 + (x * (p + 1) + y) / 3 % 100 + random.below(9)) * scale +
               (shape.depth == 8 ? 0 : random.below(257));
      default:
        return random.below(50) == 0 ? random.below(256) * scale : 200 * scale;
    }
  });
}

TEST_CASE("planes of all small sizes come back") {
  for (const int depth : {8, 16})
    for (int planes = 1; planes <= 4; ++planes)
      for (int width = 1; width < 8; ++width)
        for (int height = 1; height < 8; ++height) {
          const PlanesShape shape = {width, height, planes, depth};
          test::Random random(width * 31 + height);
          round_trip(Planes(shape, [&](int, int, int) {
            return random.below(3) == 0 ? 0 : random.below(most(shape) + 1);
          }));
          round_trip(Planes(
              shape, [&](int x, int y, int) { return (x / 2 + y) % 2 == 0 ? 0 : most(shape); }));
        }
}

TEST_CASE("mixtures of photographic blocks and repeated colours come back") {
  for (const int depth : {8, 16})
    for (int planes = 1; planes <= 4; ++planes)
      for (const int width : {63, 64, 65, 300}) {
        const PlanesShape shape = {width, 251, planes, depth};
        CAPTURE(planes);
        round_trip(mixture(shape, width + planes));
      }
}

TEST_CASE("extremes come back") {
  for (const int depth : {8, 16})
    for (int planes = 1; planes <= 4; ++planes) {
      const PlanesShape shape = {131, 70, planes, depth};
      const int high = most(shape);
      test::Random random(depth + planes);
      round_trip(Planes(shape, [&](int x, int y, int) { return (x + y) % 2 * high; }));
      round_trip(Planes(shape, [&](int x, int y, int p) { return (x + y + p) % 2 * high; }));
      round_trip(Planes(shape, [&](int, int, int) { return random.below(2) * high; }));
      round_trip(Planes(shape, [&](int x, int, int) { return x * high / 130; }));
      round_trip(Planes(shape, [&](int x, int y, int p) {
        return p == 0 ? x * 400 % (high + 1) : high - (x * 300 + y * 100) % (high + 1);
      }));
      // Smooth, then as far away as can be: the largest errors there are.
      round_trip(Planes(shape, [&](int x, int y, int) {
        return random.below(40) == 0 ? high : y % 7 == 6 ? high - x % 2 : x % 2;
      }));
    }
}

TEST_CASE("noise hardly grows") {
  for (const int depth : {8, 16})
    for (int planes = 1; planes <= 4; ++planes) {
      const PlanesShape shape = {200, 150, planes, depth};
      test::Random random(planes);
      const Planes noise(shape, [&](int, int, int) { return random.below(most(shape) + 1); });
      const std::size_t raw = noise.samples.size() * depth / 8;
      CAPTURE(planes);
      CAPTURE(depth);
      CHECK(round_trip(noise) <= raw + raw / 100);
    }
}

TEST_CASE("what can be foretold costs next to nothing") {
  const PlanesShape shape = {1024, 1024, 3, 8};
  CHECK(round_trip(Planes(shape, [](int, int, int p) { return 20 * p; })) < 100);
  CHECK(round_trip(Planes(shape, [](int x, int y, int) { return (x + y) / 8; })) < 8000);
  CHECK(round_trip(Planes(shape, [](int x, int y, int) {
          return (x - 500) * (x - 500) + (y - 400) * (y - 400) < 90000 ? 255 : 0;
        })) < 1500);
}

TEST_CASE("8 bits in 16 cost what 8 bits cost, and so do shifted ones") {
  const PlanesShape shape = {200, 100, 3, 8};
  const Planes plain = mixture(shape, 5);
  const std::size_t size = round_trip(plain);
  for (const int factor : {257, 256, 64}) {
    Planes deep = plain;
    deep.shape.depth = 16;
    for (std::uint16_t& sample : deep.samples) sample = static_cast<std::uint16_t>(sample * factor);
    CHECK(round_trip(deep) <= size + 100);
  }
}

TEST_CASE("two neighbours of a neutral grey tell the third plane") {
  const PlanesShape grey_shape = {256, 256, 1, 8}, rgb_shape = {256, 256, 3, 8};
  const auto value = [](int x, int y, int) { return (x * x / 50 + y * 3 + (x * y) % 7) % 256; };
  const std::size_t grey = round_trip(Planes(grey_shape, value));
  const std::size_t rgb = round_trip(Planes(rgb_shape, value));
  CHECK(rgb < grey + grey / 8 + 200);
}

TEST_CASE("bytes do not depend on threads, and bands come back from several") {
  const PlanesShape shape = {1100, 2100, 1, 8};
  const Planes planes(shape, [](int x, int y, int) { return (x * y / 300 + x % 5) % 256; });
  const Bytes bytes = encoded(planes, 1);
  CHECK(encoded(planes, 3) == bytes);
  CHECK(decoded(bytes, shape, 3).value() == planes.samples);
}

TEST_CASE("a rectangle of an interleaved picture is a view") {
  const Image image = test::picture(90, 60, 3);
  std::vector<PlaneView> views;
  for (std::size_t p = 0; p < 3; ++p)
    views.push_back({image.samples.data() + (10 * 90 + 20) * 3 + p, nullptr, 3, 90 * 3});
  const PlanesShape shape = {40, 30, 3, 8};
  ThreadPool pool(1);
  const Bytes bytes = encode_planes(views, shape, nullptr, pool).value();
  const ExactRows rows = ExactRows::open(bytes, shape, nullptr, pool).value();
  std::vector<std::uint8_t> row(40 * 3);
  for (int y = 0; y < 30; ++y) {
    for (int p = 0; p < 3; ++p) rows.copy(y, p, &row[p], 3);
    CHECK(std::equal(row.begin(), row.end(), image.samples.begin() + ((10 + y) * 90 + 20) * 3));
  }
}

TEST_CASE("who is asked between bands can stop the work") {
  const PlanesShape shape = {1024, 3072, 1, 8};
  const Planes planes(shape, [](int x, int y, int) { return (x * y) % 251; });
  const std::vector<PlaneView> views = {{nullptr, planes.samples.data(), 1, 1024}};
  ThreadPool pool(1);
  const Error stop = {ErrorCode::kIo, "interrupted"};
  const auto result =
      encode_planes(views, shape, nullptr, pool, [&](int) -> Result<void> { return stop; });
  REQUIRE(!result);
  CHECK(result.error().code == ErrorCode::kIo);
  std::vector<int> shares;
  const Bytes bytes = encoded(planes);
  CHECK(ExactRows::open(bytes, shape, nullptr, pool, [&](int share) -> Result<void> {
    shares.push_back(share);
    return {};
  }));
  CHECK(shares.size() > 1);
  CHECK(shares.back() == 256);
  CHECK(std::is_sorted(shares.begin(), shares.end()));
}

}  // namespace
}  // namespace vaecomp
