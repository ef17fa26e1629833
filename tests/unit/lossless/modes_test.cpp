// Bands of every mode come back, and the encoder takes the mode that fits.
#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "codec/lossless/band_stream.h"
#include "codec/lossless/block_mask.h"
#include "support/pictures.h"
#include "support/planes.h"

namespace vaecomp {
namespace {

// Steps with ragged edges, so that neighbours are equal often, and now and then anything.
template <typename Samples>
std::vector<typename Samples::Colour> stepped_colours(const BandShape& shape) {
  using Colour = typename Samples::Colour;
  test::Random random(shape.width + shape.planes);
  std::vector<Colour> colours;
  for (int y = 0; y < shape.rows; ++y)
    for (int x = 0; x < shape.width; ++x) {
      const int step = (x + 2 * y + random.below(9)) / 20;
      Colour colour = 0;
      for (int p = 0; p < shape.planes; ++p) {
        const int value = random.below(30) == 0 ? random.below(shape.max_sample + 1)
                                                : step * (20 + p) % (shape.max_sample + 1);
        colour |= static_cast<Colour>(value) << (p * Samples::kLaneBits);
      }
      colours.push_back(colour);
    }
  return colours;
}

template <typename Samples>
void check_mode(const BandShape& shape, const BandMode& mode) {
  const auto colours = stepped_colours<Samples>(shape);
  BlockMap map;
  for (int top = 0; top < shape.rows; top += kBlockSide) {
    std::vector<bool>& line = map.emplace_back();
    for (int left = 0; left < shape.width; left += kBlockSide)
      line.push_back((left + top) / kBlockSide % 3 != 1);
  }
  const Bytes bytes = write_band<Samples>(shape, {mode, map}, colours.data());
  std::vector<typename Samples::Colour> back(colours.size());
  REQUIRE(read_band<Samples>(shape, bytes, back.data()));
  for (int y = 0, i = 0; y < shape.rows; ++y)
    for (int x = 0; x < shape.width; ++x, ++i)
      if (shape.covers(x, y)) REQUIRE(back[i] == colours[i]);
}

TEST_CASE("bands of every mode come back") {  // VC-48
  constexpr auto kNone = ColourTransform::kNone, kDifference = ColourTransform::kDifference,
                 kYCoCg = ColourTransform::kYCoCg;
  constexpr BandMode kModes[] = {{kNone},
                                 {kDifference},
                                 {kYCoCg},
                                 {kNone, true},
                                 {kDifference, true},
                                 {kNone, true, true},
                                 {kDifference, true, true},
                                 {kYCoCg, true, true}};
  for (const BandMode& mode : kModes)
    for (int planes = 1; planes <= 4; ++planes)
      for (const int width : {1, 63, 200}) {
        BlockMask mask(width, 70);
        for (std::size_t block = 0; block < mask.size(); block += 1 + block % 3)
          mask.set(block, true);
        CAPTURE(planes);
        for (const BlockMask* under :
             {static_cast<const BlockMask*>(nullptr), &std::as_const(mask)}) {
          check_mode<NarrowSamples>({width, 70, planes, 255, under, 0}, mode);
          check_mode<WideSamples>({width, 70, planes, 65535, under, 0}, mode);
        }
      }
}

// The mode of the only band of planes without a list of values, less than 128 rows of them.
int mode_of(const test::Planes& planes) {
  const Bytes bytes = test::encoded(planes);
  REQUIRE(bytes.at(0) == 0);
  return bytes.at(2);
}

TEST_CASE("blocks whose neighbours are equal by chance look at neighbours only") {
  const PlanesShape shape = {320, 120, 3, 8};
  test::Random random(3);
  const test::Planes smooth(shape, [&](int x, int y, int) {
    return 40 + (x * x / 90 + y * 3) / 7 % 150 + random.below(1000) / 500;
  });
  CHECK((mode_of(smooth) & ~3) == (kRepeatsBit | kNeighboursBit));
  const test::Planes pattern(shape, [&](int x, int y, int p) {
    return (x / 3 * 7 % 11 * 19 + y / 5 * 13 % 7 * 29 + 3 * p) % 256;
  });
  CHECK((mode_of(pattern) & ~3) == kRepeatsBit);
  const test::Planes noise(shape, [&](int, int, int) { return random.below(200) + 28; });
  CHECK((mode_of(noise) & ~3) == 0);
}

}  // namespace
}  // namespace vaecomp
