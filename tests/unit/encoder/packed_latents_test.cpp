// Packing loses nothing, and small latents take little.
#include "codec/encoder/packed_latents.h"

#include <doctest/doctest.h>

#include <random>

namespace vaecomp {
namespace {

// Magnitudes of every width: values that just fit and that just do not.
LatentsQ8 latents_of(int height, int width, int channels, unsigned seed) {
  LatentsQ8 latents(height, width, channels);
  std::mt19937 random(seed);
  constexpr std::int32_t kEdges[] = {0,     1,      -1,     127,        -128,         128,
                                     -129,  32767,  -32768, 32768,      -32769,       1 << 22,
                                     -4000, 100000, -99999, -(1 << 22), (1 << 22) - 1};
  for (std::size_t i = 0; i < latents.values.size(); ++i) {
    const unsigned most = i / 23 % 3 == 0 ? 3 : i / 23 % 3 == 1 ? 9 : 17;
    latents.values[i] = kEdges[random() % most];
  }
  return latents;
}

TEST_CASE("what is written is read, by any range of channels") {
  for (const int width : {1, 3, 40}) {
    const int height = 5, channels = 21;
    const LatentsQ8 latents = latents_of(height, width, channels, 7 + width);
    PackedLatents packed(height, width, {0, 4, 5, 16, channels});
    pack(latents, packed);
    CHECK(unpacked(packed).values == latents.values);
    for (const auto& [first, end] :
         {std::pair{0, 4}, {4, 5}, {5, 16}, {16, 21}, {0, 5}, {3, 17}, {20, 21}, {0, 21}, {6, 7}}) {
      for (int y = 0; y < height; ++y) {
        std::vector<std::int32_t> row(static_cast<std::size_t>(width) * (end - first), -5);
        packed.read(y, first, end, row.data());
        for (int x = 0; x < width; ++x) {
          for (int c = first; c < end; ++c)
            CHECK(row[x * (end - first) + c - first] == latents.at(y, x)[c]);
        }
      }
    }
  }
}

TEST_CASE("parts are written by themselves, and what is not written is 0") {
  PackedLatents packed(2, 3, {0, 2, 5});
  const std::vector<std::int32_t> row{1, 2, 3, 4, 5, 6, 7, 8, 9};
  packed.write(1, 2, 5, row.data());
  const LatentsQ8 all = unpacked(packed);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 3; ++x) {
      for (int c = 0; c < 5; ++c)
        CHECK(all.at(y, x)[c] == (y == 1 && c >= 2 ? row[3 * x + c - 2] : 0));
    }
  }
}

}  // namespace
}  // namespace vaecomp
