// Context steps (VM-23).
#include "codec/prior/context_step.h"

#include <doctest/doctest.h>

namespace vaecomp {
namespace {

using Numbers = std::vector<std::uint16_t>;

bool accepted(const Numbers& numbers, int channels) {
  const auto steps = read_steps(numbers, channels);
  if (!steps) {
    CHECK(steps.error().code == ErrorCode::kCorrupt);
    CHECK(steps.error().rule == "VM-23");
  }
  return steps.has_value();
}

TEST_CASE("the default schedule") {
  const auto steps = read_steps(Numbers{0, 4, 9, 0, 4, 8, 6, 0, 0, 4, 6, 0, 4, 8, 9, 0}, 8);
  REQUIRE(steps.has_value());
  REQUIRE(steps->size() == 4);
  const ContextStep& second = (*steps)[1];
  CHECK(second.first == 4);
  CHECK(second.end == 8);
  CHECK(second.channels() == 4);
  CHECK(second.phase_mask == 6);
  CHECK(!second.covers(0, 0));
  CHECK(second.covers(0, 1));
  CHECK(second.covers(1, 0));
  CHECK(!second.covers(1, 1));
  CHECK(second.covers(32, 7));
}

TEST_CASE("bit 2 (y mod 2) + (x mod 2) of the mask is the position's") {
  for (int phase = 0; phase < 4; ++phase) {
    const ContextStep step{0, 1, 1 << phase};
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 4; ++x) CHECK(step.covers(y, x) == (2 * (y % 2) + x % 2 == phase));
    }
  }
}

TEST_CASE("other complete schedules") {
  CHECK(accepted({0, 1, 15, 0}, 1));
  CHECK(accepted({0, 3, 15, 100}, 3));
  CHECK(accepted({0, 3, 1, 0, 0, 3, 2, 0, 0, 3, 4, 50, 0, 3, 8, 0}, 3));
  CHECK(accepted({2, 3, 15, 0, 0, 2, 7, 0, 0, 1, 8, 0, 1, 2, 8, 0}, 3));
}

TEST_CASE("a step has a least quality") {
  const auto steps = read_steps(Numbers{0, 2, 15, 0, 2, 3, 15, 50}, 3);
  REQUIRE(steps.has_value());
  CHECK((*steps)[0].least_quality == 0);
  CHECK((*steps)[1].least_quality == 50);
}

TEST_CASE("VM-23") {
  CHECK(!accepted({}, 1));
  CHECK(!accepted({0, 1}, 1));
  CHECK(!accepted({0, 1, 15}, 1));
  CHECK(!accepted({0, 1, 15, 0, 0}, 1));
  CHECK(!accepted({0, 1, 0, 0}, 1));
  CHECK(!accepted({0, 1, 16, 0}, 1));
  CHECK(!accepted({0, 1, 31, 0}, 1));
  CHECK(!accepted({0, 1, 15, 101}, 1));
  CHECK(!accepted({0, 1, 7, 0}, 1));               // phase 3 is missing
  CHECK(!accepted({0, 1, 7, 0, 0, 1, 12, 0}, 1));  // phase 2 twice
  CHECK(!accepted({0, 2, 15, 0}, 1));              // past the channels
  CHECK(!accepted({0, 65535, 15, 0}, 3));
  CHECK(!accepted({0, 1, 15, 0}, 2));               // channel 1 is missing
  CHECK(!accepted({0, 2, 15, 0, 1, 3, 15, 0}, 3));  // channel 1 twice
  CHECK(!accepted({0, 1, 15, 0, 1, 1, 15, 0}, 1));  // no channels
  CHECK(!accepted({1, 0, 15, 0}, 1));
}

}  // namespace
}  // namespace vaecomp
