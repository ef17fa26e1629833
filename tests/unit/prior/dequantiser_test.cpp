// From values to latents: VC-29 and VC-52.
#include "codec/prior/dequantiser.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

namespace vaecomp {
namespace {

std::vector<int> offsets(Quantisation quantisation, const std::vector<int>& values) {
  Dequantiser dequantiser(quantisation);
  std::vector<int> result;
  for (const int value : values) result.push_back(dequantiser.offset(value));
  return result;
}

TEST_CASE("VC-29: a value is a step") {
  CHECK(offsets(Quantisation::kScalar, {0, 1, -1, 7, -300}) ==
        std::vector<int>{0, 16, -16, 112, -4800});
  CHECK(Dequantiser(Quantisation::kScalar).table(63) == 63);
}

TEST_CASE("VC-52: the superset that is not mirrored, and its table") {
  // Each value is the first of a band.
  const auto first = [](int value) { return offsets(Quantisation::kTrellis, {value})[0]; };
  CHECK(first(0) == 0);
  CHECK(first(1) == 11);
  CHECK(first(2) == 33);
  CHECK(first(3) == 55);
  CHECK(first(-1) == -22);
  CHECK(first(-2) == -44);
  CHECK(Dequantiser(Quantisation::kTrellis).table(1) == 65);
}

// States by hand: 0 -1-> 43 -1-> 21 ^ 78 ^ 43 = 112 -0-> 56 -1-> 28 ^ 43 = 55 -2-> 27 ^ 78 = 85 -0->
// 42 ^ 78 = 100. Odd before the second, the fifth and the sixth value.
TEST_CASE("VC-52: states, by hand") {
  CHECK(offsets(Quantisation::kTrellis, {1, 1, 0, 1, 2, 0, -1}) ==
        std::vector<int>{11, -11, 0, 11, -33, 0, -22});
  CHECK(offsets(Quantisation::kTrellis, {0, 0, 0, 0}) == std::vector<int>{0, 0, 0, 0});
}

TEST_CASE("VC-52: from every state all states can be reached in seven values, each by one way") {
  for (int start = 0; start < kTrellisStates; ++start) {
    std::set<int> reached;
    for (int path = 0; path < kTrellisStates; ++path) {
      int state = start;
      for (int i = 0; i < 7; ++i) state = trellis_next(state, path >> i & 1);
      reached.insert(state);
    }
    CHECK(reached.size() == kTrellisStates);
  }
}

TEST_CASE("VC-52: negative values take the branch of their lowest bit") {
  for (int state = 0; state < kTrellisStates; ++state) {
    for (const int magnitude : {1, 2, 3, 1000, 1001})
      CHECK(trellis_next(state, -magnitude) == trellis_next(state, magnitude));
  }
}

}  // namespace
}  // namespace vaecomp
