// zstd frames with a known size: round trips, wrong sizes, damage.
#include "format/zstd_chunk.h"

#include <doctest/doctest.h>

#include <random>

namespace vaecomp {
namespace {

Bytes random_bytes(std::size_t size) {
  std::mt19937 random(4);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

TEST_CASE("data comes back, random or all the same, empty or long") {
  for (const std::size_t size : {0, 1, 2, 100, 131072, 131073, 3000000}) {
    CAPTURE(size);
    for (const Bytes& data : {random_bytes(size), Bytes(size, 42)}) {
      const Result<Bytes> frame = compress_chunk(data, 3);
      REQUIRE(frame);
      const Result<Bytes> back = decompress_chunk(*frame, size);
      REQUIRE(back);
      CHECK(*back == data);
    }
  }
}

TEST_CASE("a wrong size is refused either way") {
  const Result<Bytes> frame = compress_chunk(random_bytes(1000));
  REQUIRE(frame);
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{999}, std::uint64_t{1001},
                                   std::uint64_t{1} << 28, ~std::uint64_t{0}}) {
    const Result<Bytes> back = decompress_chunk(*frame, size);
    REQUIRE(!back);
    CHECK(back.error().code == ErrorCode::kCorrupt);
  }
}

TEST_CASE("cut and damaged frames are refused or give exactly the size") {
  const Bytes data(5000, 7);
  Result<Bytes> frame = compress_chunk(data);
  REQUIRE(frame);
  for (std::size_t size = 0; size < frame->size(); ++size) {
    CHECK(!decompress_chunk(ByteSpan(*frame).first(size), data.size()));
  }
  for (std::size_t bit = 0; bit < 8 * frame->size(); ++bit) {
    (*frame)[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const Result<Bytes> back = decompress_chunk(*frame, data.size());
    if (back) CHECK(back->size() == data.size());
    (*frame)[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
}

TEST_CASE("only one frame, and nothing behind it") {
  const Bytes data = random_bytes(50);
  Result<Bytes> frame = compress_chunk(data);
  REQUIRE(frame);
  Bytes twice = *frame;
  twice.insert(twice.end(), frame->begin(), frame->end());
  CHECK(!decompress_chunk(twice, 100));
  frame->push_back(0);
  CHECK(!decompress_chunk(*frame, 50));
}

}  // namespace
}  // namespace vaecomp
