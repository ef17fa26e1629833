// Damaged streams: every error has a code, a rule and an offset, and nothing crashes.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "codec/encoder/rans_encoder.h"
#include "codec/entropy/rans_decoder.h"
#include "tests/unit/entropy/odd_tables.h"

namespace vaecomp {
namespace {

// A stream with all scale indices in turn and some escapes.
struct Sample {
  CdfTables tables = testing::gaussian_tables();
  int count = 0;
  Bytes stream;

  explicit Sample(int values) : count(values) {
    std::mt19937 random(11);
    RansEncoder encoder(tables);
    for (int k = 0; k < count; ++k) {
      std::normal_distribution<double> gaussian(0, testing::sigma_of(index(k)) * (k % 40 ? 1 : 9));
      encoder.put_value(index(k), static_cast<int>(std::lround(gaussian(random))));
    }
    stream = encoder.finish();
  }
  static int index(int k) { return k % kScaleIndices; }

  // Decodes everything; every value must be in range however damaged the stream is.
  Result<void> decode(const Bytes& bytes) const {
    auto decoder = RansDecoder::open(bytes, tables);
    if (!decoder) return decoder.error();
    int out_of_range = 0;
    for (int k = 0; k < count; ++k) {
      const int value = decoder->get_value(index(k));
      out_of_range += std::abs(value) > tables.max_magnitude(index(k));
    }
    CHECK(out_of_range == 0);
    const auto end = decoder->finish();
    CHECK((!decoder->failed() || !end));
    return end;
  }
};

TEST_CASE("VC-20: states") {
  const Sample sample(0);
  const auto rule = [&](std::size_t byte, int value) {
    Bytes bytes = sample.stream;
    bytes[byte] = static_cast<std::uint8_t>(value);
    const auto result = sample.decode(bytes);
    REQUIRE(!result.has_value());
    CHECK(result.error().code == ErrorCode::kCorrupt);
    CHECK(result.error().offset == byte / 4 * 4);
    return std::string(result.error().rule);
  };
  CHECK(sample.decode(sample.stream).has_value());
  CHECK(rule(2, 0x7F) == "VC-20");  // below 2^23
  CHECK(rule(6, 0x7F) == "VC-20");
  CHECK(rule(3, 0x80) == "VC-20");  // 2^31 and above
  CHECK(rule(7, 0xFF) == "VC-20");
  Bytes inside = sample.stream;
  inside[3] = 0x7F;  // in range, but not what the end must be
  const auto result = sample.decode(inside);
  REQUIRE(!result.has_value());
  CHECK(result.error().code == ErrorCode::kCorrupt);
  CHECK(result.error().rule == "VC-22");
  CHECK(result.error().offset == 8);
}

TEST_CASE("a stream cut anywhere is truncated") {
  const Sample sample(1500);
  CHECK(sample.decode(sample.stream).has_value());
  for (std::size_t size = 0; size < sample.stream.size(); ++size) {
    const auto result = sample.decode(Bytes(sample.stream.begin(), sample.stream.begin() + size));
    REQUIRE(!result.has_value());
    CHECK(result.error().code == ErrorCode::kTruncated);
    CHECK(result.error().offset == size);
    CHECK(result.error().rule == (size < 8 ? "VC-20" : "VC-21"));
  }
}

TEST_CASE("VC-22: a byte more is left over") {
  const Sample sample(1500);
  for (int extra : {0, 1, 128, 255}) {
    Bytes bytes = sample.stream;
    bytes.push_back(static_cast<std::uint8_t>(extra));
    const auto result = sample.decode(bytes);
    REQUIRE(!result.has_value());
    CHECK(result.error().code == ErrorCode::kCorrupt);
    CHECK(result.error().rule == "VC-22");
    CHECK(result.error().offset == sample.stream.size());
  }
}

TEST_CASE("every flipped bit is survived, nearly all are noticed") {
  const Sample sample(1500);
  std::size_t unnoticed = 0;
  for (std::size_t byte = 0; byte < sample.stream.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes bytes = sample.stream;
      bytes[byte] ^= static_cast<std::uint8_t>(1 << bit);
      unnoticed += sample.decode(bytes).has_value();
    }
  }
  // Two states of 31 bits and the exact length have to come out right by chance.
  CHECK(unnoticed <= sample.stream.size() * 8 / 100);
}

TEST_CASE("noise is survived") {
  const Sample sample(500);
  std::mt19937 random(13);
  for (int run = 0; run < 3000; ++run) {
    Bytes bytes(random() % 300);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random());
    for (std::size_t i : {3u, 7u}) {
      if (bytes.size() >= 8) bytes[i] = static_cast<std::uint8_t>(bytes[i] % 127 + 1);
    }
    CHECK(!sample.decode(bytes).has_value());
  }
}

// Codes operations that no value could ask for: pairs of start and frequency, backwards (VC-21).
Bytes encode_operations(const std::vector<RansSymbol>& operations) {
  std::vector<std::uint64_t> states(2, kRansLow);
  Bytes bytes;
  for (std::size_t k = operations.size(); k-- > 0;) {
    const auto [start, frequency] = operations[k];
    std::uint64_t& x = states[k % 2];
    while (x / frequency * 65536 >= kRansHigh) {
      bytes.insert(bytes.begin(), static_cast<std::uint8_t>(x));
      x >>= 8;
    }
    x = x / frequency * 65536 + x % frequency + start;
  }
  for (int i : {1, 0}) {
    for (int shift : {24, 16, 8, 0}) {
      bytes.insert(bytes.begin(), static_cast<std::uint8_t>(states[i] >> shift));
    }
  }
  return bytes;
}

TEST_CASE("VC-25: at most 15 ones after an escape") {
  const CdfTables tables = testing::odd_tables();
  const int i = 5, radius = 1;  // four equal symbols, the last is the escape
  const RansSymbol zero{0, 32768}, one{32768, 32768};
  for (int ones = 0; ones <= 20; ++ones) {
    std::vector<RansSymbol> operations = {tables.symbol(i, 2 * radius + 1)};
    operations.insert(operations.end(), ones, one);
    operations.push_back(zero);
    operations.insert(operations.end(), ones, one);  // r
    operations.push_back(one);                       // sign
    const Bytes stream = encode_operations(operations);
    auto decoder = RansDecoder::open(stream, tables);
    REQUIRE(decoder.has_value());
    const int value = decoder->get_value(i);
    const auto end = decoder->finish();
    if (ones <= 15) {
      CHECK(value == -(radius + 1 + (2 << ones) - 2));
      CHECK(end.has_value());
    } else {
      CHECK(value == 0);
      CHECK(decoder->failed());
      REQUIRE(!end.has_value());
      CHECK(end.error().code == ErrorCode::kCorrupt);
      CHECK(end.error().rule == "VC-25");
      CHECK(end.error().offset <= stream.size());
    }
  }
}

TEST_CASE("the first cause is reported") {
  const CdfTables tables = testing::odd_tables();
  std::vector<RansSymbol> operations = {tables.symbol(5, 3)};
  operations.insert(operations.end(), 16, RansSymbol{32768, 32768});
  const Bytes stream = encode_operations(operations);
  auto decoder = RansDecoder::open(stream, tables);
  REQUIRE(decoder.has_value());
  for (int k = 0; k < 100; ++k) (void)decoder->get_value(6);  // runs far past the end
  const auto past_end = decoder->finish();
  REQUIRE(!past_end.has_value());
  CHECK(past_end.error().code == ErrorCode::kTruncated);
  CHECK(past_end.error().offset == stream.size());

  auto other = RansDecoder::open(stream, tables);
  CHECK(other->get_value(5) == 0);
  for (int k = 0; k < 100; ++k) (void)other->get_value(6);
  CHECK(other->finish().error().rule == "VC-25");
}

}  // namespace
}  // namespace vaecomp
