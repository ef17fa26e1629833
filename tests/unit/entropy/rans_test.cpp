// Encoder and decoder of a stream against each other, the specification and the ideal length.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "codec/encoder/rans_encoder.h"
#include "codec/entropy/rans_decoder.h"
#include "tests/unit/entropy/odd_tables.h"

namespace vaecomp {
namespace {

struct Coded {
  int scale_index;
  int value;
};

Bytes encode(const CdfTables& tables, const std::vector<Coded>& symbols) {
  RansEncoder encoder(tables);
  for (const Coded& c : symbols) CHECK(encoder.put_value(c.scale_index, c.value) == c.value);
  return encoder.finish();
}

void check_round_trip(const CdfTables& tables, const std::vector<Coded>& symbols) {
  const Bytes stream = encode(tables, symbols);
  auto decoder = RansDecoder::open(stream, tables);
  REQUIRE(decoder.has_value());
  std::size_t wrong = 0;
  for (const Coded& c : symbols) wrong += decoder->get_value(c.scale_index) != c.value;
  CHECK(wrong == 0);
  CHECK(!decoder->failed());
  CHECK(decoder->finish().has_value());
}

// Values of all scale indices, 0 included, from a Gaussian wider than the table's now and then.
std::vector<Coded> random_symbols(const CdfTables& tables, int count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Coded> symbols;
  for (int k = 0; k < count; ++k) {
    const int i = static_cast<int>(random() % kScaleIndices);
    const double widen = random() % 50 == 0 ? 100 : 1;
    std::normal_distribution<double> gaussian(0, testing::sigma_of(i) * widen);
    const int value = i == 0 ? 0 : static_cast<int>(std::lround(gaussian(random)));
    const int limit = tables.max_magnitude(i);
    symbols.push_back({i, std::clamp(value, -limit, limit)});
  }
  return symbols;
}

// A second decoder, written from SPEC.md section 3 step by step with none of the library's code.
struct PlainDecoder {
  const Bytes& stream;
  const testing::RawTables& raw;
  std::size_t position = 0;
  std::vector<std::uint64_t> states = {};
  std::size_t operation = 0;

  void open() {
    for (int i = 0; i < 2; ++i) {
      std::uint64_t x = 0;
      for (int b = 0; b < 4; ++b) x += std::uint64_t{stream.at(position++)} << 8 * b;
      states.push_back(x);
    }
  }
  int symbol(const std::vector<std::uint64_t>& c) {
    std::uint64_t& x = states[operation++ % 2];
    const std::uint64_t t = x & 65535;
    int s = 0;
    while (!(c[s] <= t && t < c[s + 1])) ++s;
    x = (c[s + 1] - c[s]) * (x >> 16) + t - c[s];
    while (x < 8388608) x = x << 8 | stream.at(position++);
    return s;
  }
  int bit() { return symbol({0, 32768, 65536}); }
  int value(int i) {
    if (i == 0) return 0;
    std::size_t first = 0;
    for (int j = 1; j < i; ++j) first += 2 * raw.radius[j] + 2;
    const int radius = raw.radius[i];
    std::vector<std::uint64_t> c(raw.starts.begin() + first,
                                 raw.starts.begin() + first + 2 * radius + 2);
    c.push_back(65536);
    const int s = symbol(c);
    if (s < 2 * radius + 1) return s - radius;
    int k = 0, r = 0;
    while (bit()) ++k;
    for (int j = 0; j < k; ++j) r = 2 * r + bit();
    const int magnitude = radius + 1 + (1 << k) + r - 1;
    return bit() ? -magnitude : magnitude;
  }
};

TEST_CASE("a decoder written from the specification reads the same values") {
  static_assert(kRansStates == 2, "VC-19");
  const testing::RawTables raw = testing::gaussian_raw_tables();
  const CdfTables tables = testing::gaussian_tables();
  const std::vector<Coded> symbols = random_symbols(tables, 20000, 3);
  const Bytes stream = encode(tables, symbols);
  PlainDecoder decoder{stream, raw};
  decoder.open();
  std::size_t wrong = 0;
  for (const Coded& c : symbols) wrong += decoder.value(c.scale_index) != c.value;
  CHECK(wrong == 0);
  CHECK(decoder.position == stream.size());
  CHECK(decoder.states == std::vector<std::uint64_t>(2, 8388608));
}

TEST_CASE("random streams over all scale indices") {
  const CdfTables gaussian = testing::gaussian_tables();
  for (unsigned seed = 0; seed < 20; ++seed) {
    check_round_trip(gaussian, random_symbols(gaussian, 1 + 400 * static_cast<int>(seed), seed));
  }
  const CdfTables odd = testing::odd_tables();
  for (unsigned seed = 0; seed < 20; ++seed) {
    check_round_trip(odd, random_symbols(odd, 4000, seed));
  }
}

TEST_CASE("VC-26: the edges of every table and the extremes of its escapes") {
  const CdfTables gaussian = testing::gaussian_tables();
  const CdfTables odd = testing::odd_tables();
  for (const CdfTables* tables : {&gaussian, &odd}) {
    std::vector<Coded> symbols;
    for (int i = 1; i < kScaleIndices; ++i) {
      const int radius = tables->radius(i);
      for (int sign : {-1, 1}) {
        for (int v : {0, 1, radius, radius + 1, radius + 2, radius + 3, radius + 4, radius + 32767,
                      radius + 32768, radius + 65534, radius + 65535}) {
          symbols.push_back({i, sign * v});
        }
        for (int k = 0; k <= 15; ++k) {
          symbols.push_back({i, sign * (radius + (1 << k))});
          symbols.push_back({i, sign * (radius + (2 << k) - 1)});
        }
      }
    }
    check_round_trip(*tables, symbols);
  }
}

TEST_CASE("every symbol of the largest tables") {
  const CdfTables tables = testing::odd_tables();
  std::vector<Coded> symbols;
  for (int i = 6; i <= 9; ++i) {
    for (int v = -kMaxRadius - 1; v <= kMaxRadius + 1; ++v) symbols.push_back({i, v});
  }
  check_round_trip(tables, symbols);
}

TEST_CASE("a dominant symbol costs next to nothing, a rare one sixteen bits") {
  const CdfTables tables = testing::odd_tables();
  const int favourites[] = {-1, 0, 1};
  for (int i = 1; i <= 3; ++i) {
    const std::vector<Coded> often(100000, {i, favourites[i - 1]});
    CHECK(encode(tables, often).size() <= kStatesBytes + 2);  // 100000 x 3/65536 / ln 2 = 6.6 bits
    check_round_trip(tables, often);
    const std::vector<Coded> seldom(1000, {i, favourites[i % 3]});
    CHECK(encode(tables, seldom).size() >= 2000);
    CHECK(encode(tables, seldom).size() <= 2000 + kStatesBytes);
    check_round_trip(tables, seldom);
  }
}

TEST_CASE("the stream is as long as the ideal code") {
  const CdfTables tables = testing::gaussian_tables();
  const int bounds[][2] = {{1, 4}, {5, 15}, {20, 34}, {38, 52}, {1, 63}};
  for (const auto& [low, high] : bounds) {
    std::mt19937 random(7);
    std::vector<Coded> symbols;
    double ideal = 0;
    double cost = 0;
    for (int k = 0; k < 100000; ++k) {
      const int i = low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
      std::normal_distribution<double> gaussian(0, testing::sigma_of(i));
      const int radius = tables.radius(i);
      const int v = std::clamp(static_cast<int>(std::lround(gaussian(random))), -radius, radius);
      symbols.push_back({i, v});
      ideal += 16 - std::log2(tables.symbol(i, v + radius).frequency);
      cost += tables.cost_q8(i, v) / 256.0;
    }
    const double bits = 8.0 * static_cast<double>(encode(tables, symbols).size());
    CHECK(bits <= ideal * 1.001 + 8 * kStatesBytes);
    CHECK(bits >= ideal * 0.999);
    CHECK(std::abs(cost - ideal) <= ideal * 0.02);
  }
}

TEST_CASE("the encoder clamps, repeats itself and can be used again") {
  const CdfTables tables = testing::odd_tables();
  RansEncoder encoder(tables);
  CHECK(encoder.put_value(0, 5) == 0);
  CHECK(encoder.put_value(5, 65536) == 65536);
  CHECK(encoder.put_value(5, 65537) == 65536);
  CHECK(encoder.put_value(5, -2147483647 - 1) == -65536);
  CHECK(encoder.put_value(5, 2147483647) == 65536);
  const Bytes first = encoder.finish();
  const Bytes nothing = encoder.finish();
  CHECK(nothing == Bytes{0, 0, 0x80, 0, 0, 0, 0x80, 0});
  check_round_trip(tables, {});
  CHECK(first == encode(tables, {{5, 65536}, {5, 65536}, {5, -65536}, {5, 65536}}));
  const std::vector<Coded> symbols = random_symbols(tables, 3000, 5);
  CHECK(encode(tables, symbols) == encode(tables, symbols));
}

TEST_CASE("one value by hand") {
  // R = 1, four equal symbols: the value 1 has the slots 32768 .. 49151. Coding it from the state
  // 2^23: 2^23 / 2^14 = 512, so the state is 512 * 65536 + 32768 = 0x02008000. It is operation 0:
  // state 0.
  const CdfTables tables = testing::odd_tables();
  CHECK(encode(tables, {{5, 1}}) == Bytes{0, 0x80, 0, 0x02, 0, 0, 0x80, 0});
}

}  // namespace
}  // namespace vaecomp
