// Turning colours back: the formula, its bounds, and its rounding.
#include "codec/exact/turn_back.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "support/pictures.h"

namespace vaecomp {
namespace {

using Row = std::vector<std::int16_t>;

Row turned_back(const ColourTurn& turn, const Row& from) {
  Row to(from.size());
  turn_back(turn, from.data(), static_cast<int>(from.size() / 3), to.data());
  return to;
}

// In 64 bits, from the document.
Row by_formula(const ColourTurn& turn, const Row& p) {
  Row to;
  for (std::size_t x = 0; x < p.size(); x += 3) {
    for (const auto& m : turn.matrix) {
      std::int64_t sum = 2048;
      for (int j = 0; j < 3; ++j) sum += std::int64_t{m[j]} * (p[x + j] - turn.offset[j]);
      const std::int64_t colour = sum >= 0 ? sum / 4096 : -((4095 - sum) / 4096);
      to.push_back(static_cast<std::int16_t>(std::clamp<std::int64_t>(colour, -32768, 32767)));
    }
  }
  return to;
}

TEST_CASE("VC-55: the turn that changes nothing changes nothing") {
  const Row row = {-32768, 32767, 0, 1, -1, 12345};
  CHECK_FALSE(ColourTurn{}.changes());
  CHECK(turned_back({}, row) == row);
}

TEST_CASE("VC-55: sums are rounded to the nearest, halves up, and clipped") {
  ColourTurn turn;
  turn.matrix[0][0] = 2048;  // half
  turn.matrix[1][1] = 16384;
  turn.offset[2] = 64;
  CHECK(turned_back(turn, {3, 8191, 64, -3, -8193, 0, 5, 9000, -32768}) ==
        Row{2, 32764, 0, -1, -32768, -64, 3, 32767, -32768});
}

TEST_CASE("VC-55: any numbers within the bounds of VC-54 follow the formula") {
  test::Random random(3);
  for (int i = 0; i < 200; ++i) {
    ColourTurn turn;
    for (auto& row : turn.matrix) {
      int left = kMaxTurnRow;
      for (std::int16_t& entry : row) {
        const int size = i % 2 == 0 && &entry == &row[2] ? left : random.below(left + 1);
        entry = static_cast<std::int16_t>(random.below(2) == 0 ? size : -size);
        left -= size;
      }
    }
    constexpr std::array<int, 4> kEnds = {-32768, 32767, -32767, 0};
    for (std::int16_t& offset : turn.offset)
      offset =
          static_cast<std::int16_t>(i < 100 ? kEnds[random.below(4)] : random.below(65536) - 32768);
    REQUIRE(turn.is_bounded());
    Row row(90);
    for (std::int16_t& colour : row)
      colour = static_cast<std::int16_t>(random.below(2) == 0 ? kEnds[random.below(4)]
                                                              : random.below(65536) - 32768);
    REQUIRE(turned_back(turn, row) == by_formula(turn, row));
  }
}

}  // namespace
}  // namespace vaecomp
