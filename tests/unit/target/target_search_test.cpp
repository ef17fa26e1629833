// The search for a target on curves that are known.
#include "codec/target/target_search.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace vaecomp {
namespace {

using Curve = std::function<double(int)>;

struct Found {
  int above, evaluations;
};

Found search(const RisingSearch::Range& range, double goal, const Curve& curve) {
  RisingSearch search(range, goal);
  int evaluations = 0;
  while (const auto x = search.next()) {
    REQUIRE(range.low <= *x);
    REQUIRE(*x <= range.high);
    REQUIRE(++evaluations <= range.high - range.low + 1);
    search.tell(*x, curve(*x));
  }
  return {search.above(), evaluations};
}

// By trying every place.
int first_reaching(const RisingSearch::Range& range, double goal, const Curve& curve) {
  int x = range.low;
  while (x <= range.high && curve(x) < goal) ++x;
  return x;
}

constexpr RisingSearch::Range kQualities{.low = 0, .high = 100, .guess = 50, .slope = 0.035};

// Logarithms of sizes that grow by 5 % a step at first and by 2 % at last, as streams do.
double log_size(int quality) { return 9 + 0.05 * quality - 0.00015 * quality * quality; }

TEST_CASE("every goal on curves of many shapes is found where trying every place finds it") {
  const Curve curves[] = {
      log_size,
      [](int x) { return 0.035 * x; },
      [](int x) { return x < 40 ? 0.0 : 3.0; },
      [](int x) { return std::exp(0.1 * x) / 5000; },
      [](int x) { return std::sqrt(x + 1.0); },
      [](int x) { return x < 90 ? 0.01 * x : std::numeric_limits<double>::infinity(); },
      [](int) { return 1.0; },
  };
  for (const Curve& curve : curves) {
    for (double goal = -1; goal < 16; goal += 0.01) {
      const Found found = search(kQualities, goal, curve);
      REQUIRE(found.above == first_reaching(kQualities, goal, curve));
      REQUIRE(found.evaluations <= 20);
    }
  }
}

TEST_CASE("sizes take four evaluations in the mean, and never more than seven") {
  int evaluations = 0, goals = 0;
  for (double goal = log_size(0); goal <= log_size(100); goal += 0.01) {
    const Found found = search(kQualities, goal, log_size);
    evaluations += found.evaluations;
    ++goals;
    CHECK(found.evaluations <= 7);
  }
  CHECK(evaluations <= 4.2 * goals);
}

TEST_CASE("a curve that trembles: the goal is passed where the answer says") {
  const Curve curve = [](int x) { return 0.02 * x + (x % 3 == 0 ? 0.05 : 0.0); };
  for (double goal = 0.01; goal < 2; goal += 0.01) {
    const int x = search(kQualities, goal, curve).above;
    REQUIRE((x == 101 || curve(x) >= goal));
    REQUIRE((x == 0 || curve(x - 1) < goal));
  }
}

TEST_CASE("ranges of one place and of none") {
  const Curve curve = [](int x) { return x; };
  CHECK(search({.low = 7, .high = 7, .guess = 50}, 7, curve).above == 7);
  CHECK(search({.low = 7, .high = 7, .guess = 50}, 8, curve).above == 8);
  CHECK(search({.low = 7, .high = 6, .guess = 0}, 0, curve).evaluations == 0);
}

TEST_CASE("what is known can be used before the search is over") {
  RisingSearch search(kQualities, 1);
  CHECK(search.above() == 101);
  CHECK(search.next() == 50);
  search.tell(50, 2);
  CHECK(search.above() == 50);
}

}  // namespace
}  // namespace vaecomp
