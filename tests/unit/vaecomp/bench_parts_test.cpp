// The parts of bench that give the same on every machine.
#include <doctest/doctest.h>

#include "tools/vaecomp/bench/bench_report.h"
#include "tools/vaecomp/bench/generated_picture.h"
#include "tools/vaecomp/bench/measurement.h"
#include "tools/vaecomp/bench/process_memory.h"
#include "tools/vaecomp/bench/rivals.h"

namespace vaecomp {
namespace {

TEST_CASE("median, least and most") {
  const Spread odd = spread_of({3, 1, 2});
  CHECK(odd.median == 2);
  CHECK(odd.least == 1);
  CHECK(odd.most == 3);
  CHECK(spread_of({4, 1, 3, 2}).median == 2);
  CHECK(spread_of({{1, 7}, {2, 5}, {3, 6}}, &RunTime::processor).median == 6);
}

TEST_CASE("throughput counts each zone at its own peak") {
  BenchReport report;
  report.cost = CodecCost{.encode = 3000, .decode = 2000, .floats = 1000};
  report.peaks = {{1, {.exact = 2, .floats = 1}}};
  CodecMeasurement encoding{.effort = 1, .threads = 1};
  encoding.runs = {{.wall = 2, .processor = 4}};
  // A megapixel: 2 GMAC at 2 a second, 1 at 1 a second.
  const auto encoded = throughput(report, encoding, 1e6);
  REQUIRE(encoded);
  CHECK(encoded->gmac_per_second == doctest::Approx(1.5));
  CHECK(encoded->share_of_peak == doctest::Approx(0.5));
  CodecMeasurement decoding = encoding;
  decoding.effort = 0;
  const auto decoded = throughput(report, decoding, 1e6);
  REQUIRE(decoded);
  CHECK(decoded->gmac_per_second == doctest::Approx(1));
  CHECK(decoded->share_of_peak == doctest::Approx(0.25));
  decoding.threads = 2;  // no peak is known for that
  CHECK_FALSE(throughput(report, decoding, 1e6));
  report.cost.reset();
  CHECK_FALSE(throughput(report, encoding, 1e6));
}

TEST_CASE("generated pictures have the size that was asked for and are the same every time") {
  const Image small = generated_picture(0.4);
  CHECK(small.width == 768);
  CHECK(small.height == 528);
  CHECK(small.samples.size() == std::size_t{3} * 768 * 528);
  CHECK(generated_picture(0.4).samples == small.samples);
  const Image tiny = generated_picture(0.0001);
  CHECK(tiny.width == 16);
  CHECK(tiny.height == 16);
}

TEST_CASE("memory that is taken and freed again counts") {
  const MemoryGrowth growth;
  if (!growth.peak()) return;  // the system does not tell
  constexpr std::size_t kBytes = 48 << 20;
  {
    const std::vector<char> block(kBytes, 1);
    CHECK(block[kBytes / 2] == 1);
  }
  CHECK(*growth.peak() > 47e6);
  CHECK(*growth.peak() < 60e6);
}

TEST_CASE("command lines of other programs") {
  CodecCommands codec{.name = "x",
                      .encode = {"enc", "-q", "{q}", "-a", "level={q63}", "{input}", "{stream}"},
                      .decode = {"dec", "{stream}", "{output}"},
                      .stream_suffix = ".x",
                      .output_suffix = ".x.ppm"};
  const std::vector<std::string> encode = {"enc", "-q", "50", "-a", "level=32", "a.png", "a.x"};
  CHECK(codec.encode_words("a", 50) == encode);
  CHECK(codec.decode_words("a") == std::vector<std::string>{"dec", "a.x", "a.x.ppm"});
}

}  // namespace
}  // namespace vaecomp
