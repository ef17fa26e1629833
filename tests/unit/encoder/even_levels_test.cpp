// Few values for samples that are not calm.
#include "codec/encoder/even_levels.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

#include "support/pictures.h"

namespace vaecomp {
namespace {

TEST_CASE("levels lie evenly, 0 and 255 among them, none farther than half a step") {
  for (const int levels : {2, 3, 8, 52, 86, 256}) {
    CAPTURE(levels);
    const auto nearest = even_levels(levels);
    const std::set<int> values(nearest.begin(), nearest.end());
    CHECK(static_cast<int>(values.size()) == levels);
    CHECK((nearest[0] == 0 && nearest[255] == 255));
    for (int value = 0; value < 256; ++value)
      CHECK(2 * (levels - 1) * std::abs(nearest[value] - value) <= 255 + levels);
  }
  CHECK(levels_at(1) == 256);
  CHECK(levels_at(5) == 52);
  CHECK(levels_at(0.1) == 256);
}

TEST_CASE("calm pixels keep their samples") {
  const Image image = test::picture(30, 20, 3);
  std::vector<Calm> calm(30 * 20, Calm::kNone);
  calm[7] = Calm::kSmooth;
  calm[100] = Calm::kFlat;
  const auto moved = at_even_levels(image.view(), calm, 6);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const bool kept = i / 3 == 7 || i / 3 == 100;
    CHECK(moved[i] == (kept ? image.samples[i] : even_levels(6)[image.samples[i]]));
  }
}

}  // namespace
}  // namespace vaecomp
