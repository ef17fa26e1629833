// Checks, lookup and costs of the cumulative tables (VM-24, VM-25).
#include "codec/entropy/cdf_tables.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "tests/unit/entropy/odd_tables.h"

namespace vaecomp {
namespace {

using testing::RawTables;

std::string rule_of(const RawTables& raw) {
  const auto tables = CdfTables::build(raw.radius, raw.starts);
  if (tables) return "accepted";
  CHECK(tables.error().code == ErrorCode::kCorrupt);
  return std::string(tables.error().rule);
}

TEST_CASE("good tables are accepted") {
  CHECK(rule_of(testing::gaussian_raw_tables()) == "accepted");
  CHECK(rule_of(testing::odd_raw_tables()) == "accepted");
  CHECK(rule_of(testing::gaussian_raw_tables_with_trellis()) == "accepted");
}

TEST_CASE("the second 64 tables are those of the trellis") {
  CHECK_FALSE(testing::gaussian_tables().has_trellis());
  const CdfTables tables = testing::gaussian_tables_with_trellis();
  CHECK(tables.has_trellis());
  CHECK(tables.radius(64) == 0);
  CHECK(tables.cost_q8(64, 0) == 0);
  CHECK(tables.radius(127) > 0);
}

TEST_CASE("VM-24: radii") {
  RawTables raw = testing::odd_raw_tables();
  SUBCASE("63 of them") { raw.radius.pop_back(); }
  SUBCASE("65 of them") { raw.radius.push_back(1); }
  SUBCASE("none") { raw.radius.clear(); }
  SUBCASE("entry 0 is not 0") { raw.radius[0] = 1; }
  SUBCASE("a radius of 0") { raw.radius[63] = 0; }
  SUBCASE("a radius of 8192") { raw.radius[6] = 8192; }
  CHECK(rule_of(raw) == "VM-24");
}

TEST_CASE("VM-24: radii of 128 tables") {
  RawTables raw = testing::gaussian_raw_tables_with_trellis();
  SUBCASE("127 of them") { raw.radius.pop_back(); }
  SUBCASE("129 of them") { raw.radius.push_back(1); }
  SUBCASE("entry 64 is not 0") { raw.radius[64] = 1; }
  SUBCASE("a radius of 0") { raw.radius[127] = 0; }
  CHECK(rule_of(raw) == "VM-24");
}

TEST_CASE("VM-25: starts") {
  RawTables raw = testing::odd_raw_tables();
  SUBCASE("one too few") { raw.starts.pop_back(); }
  SUBCASE("one too many") { raw.starts.push_back(65535); }
  SUBCASE("none") { raw.starts.clear(); }
  SUBCASE("the first is not 0") { raw.starts[0] = 1; }
  SUBCASE("the first of the second table is not 0") { raw.starts[4] = 1; }
  SUBCASE("two are equal") { raw.starts[2] = raw.starts[1]; }
  SUBCASE("the last falls") { raw.starts.back() = 0; }
  CHECK(rule_of(raw) == "VM-25");
}

// What SPEC.md says in words: the symbol with c[s] <= t < c[s + 1].
void check_lookup(const RawTables& raw) {
  const CdfTables tables = *CdfTables::build(raw.radius, raw.starts);
  const std::uint16_t* c = raw.starts.data();
  std::size_t wrong = 0;
  for (int i = 1; i < kScaleIndices; ++i) {
    const int symbols = 2 * raw.radius[i] + 2;
    int s = 0;
    for (std::uint32_t t = 0; t < kFrequencyTotal; ++t) {
      while (s + 1 < symbols && t >= c[s + 1]) ++s;
      wrong += tables.find(i, t) != s;
    }
    for (s = 0; s < symbols; ++s) {
      const std::uint32_t end = s + 1 < symbols ? c[s + 1] : kFrequencyTotal;
      wrong += tables.symbol(i, s).start != c[s] || tables.symbol(i, s).frequency != end - c[s];
    }
    CHECK(tables.radius(i) == raw.radius[i]);
    CHECK(tables.max_magnitude(i) == raw.radius[i] + 65535);
    c += symbols;
  }
  CHECK(wrong == 0);
  CHECK(tables.radius(0) == 0);
  CHECK(tables.max_magnitude(0) == 0);
}

TEST_CASE("VC-24: every slot of every table finds its symbol") {
  check_lookup(testing::gaussian_raw_tables());
  check_lookup(testing::odd_raw_tables());
}

TEST_CASE("costs are the rounded ideal lengths") {
  const CdfTables tables = testing::gaussian_tables();
  const CdfTables odd = testing::odd_tables();
  for (const CdfTables* t : {&tables, &odd}) {
    double worst = 0;
    for (int i = 1; i < kScaleIndices; ++i) {
      const int radius = t->radius(i);
      for (int v = -radius; v <= radius; ++v) {
        const double ideal = 256 * (16 - std::log2(t->symbol(i, v + radius).frequency));
        worst = std::max(worst, std::abs(t->cost_q8(i, v) - ideal));
      }
    }
    CHECK(worst < 0.6);  // 1/2 from rounding, 1/16 from the logarithm's last digit
  }
  CHECK(tables.cost_q8(0, 0) == 0);
}

TEST_CASE("VC-26: escapes cost their symbol and raw bits") {
  const CdfTables tables = testing::odd_tables();
  const int i = 5, radius = 1, escape = 2 * 256;  // four equal symbols
  const int raw_bits[] = {2, 4, 4, 6, 6, 6, 6, 8};
  for (int excess = 0; excess < 8; ++excess) {
    CHECK(tables.cost_q8(i, radius + 1 + excess) == escape + raw_bits[excess] * 256);
    CHECK(tables.cost_q8(i, -radius - 1 - excess) == escape + raw_bits[excess] * 256);
  }
  CHECK(escape_bits(65534) == 15);
  CHECK(escape_bits(32766) == 14);
  CHECK(tables.cost_q8(i, tables.max_magnitude(i)) == escape + 32 * 256);
}

}  // namespace
}  // namespace vaecomp
