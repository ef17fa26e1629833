// Speed and size of the entropy coder on synthetic symbols; prints one line a mix.
//
// To judge another number of interleaved states, change kRansStates (and SPEC.md VC-19) and run
// again.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "codec/encoder/rans_encoder.h"
#include "codec/entropy/rans_decoder.h"
#include "tests/unit/entropy/gaussian_tables.h"

namespace {

using namespace vaecomp;

struct Mix {
  const char* name;
  int low, high;  // scale indices are drawn evenly from low .. high
};

struct Coded {
  std::uint8_t scale_index;
  int value;
};

// Shortest of several runs, in nanoseconds a symbol.
template <typename Function>
double nanoseconds(std::size_t symbols, Function&& function) {
  double best = 1e30;
  for (int run = 0; run < 40; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    function();
    const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
    best = std::min(best, time.count() / static_cast<double>(symbols));
  }
  return best;
}

bool measure(const CdfTables& tables, const Mix& mix, int count) {
  std::mt19937 random(1);
  std::vector<Coded> symbols;
  for (int k = 0; k < count; ++k) {
    const int i = std::uniform_int_distribution<int>(mix.low, mix.high)(random);
    const double value = std::normal_distribution<double>(0, testing::sigma_of(i))(random);
    symbols.push_back({static_cast<std::uint8_t>(i), static_cast<int>(std::lround(value))});
  }
  std::int64_t cost_q8 = 0;
  for (const Coded& c : symbols) cost_q8 += tables.cost_q8(c.scale_index, c.value);

  Bytes stream;
  const double encoding = nanoseconds(symbols.size(), [&] {
    RansEncoder encoder(tables);
    for (const Coded& c : symbols) encoder.put_value(c.scale_index, c.value);
    stream = encoder.finish();
  });
  bool equal = true;
  const double decoding = nanoseconds(symbols.size(), [&] {
    auto decoder = RansDecoder::open(stream, tables);
    for (const Coded& c : symbols) equal &= decoder->get_value(c.scale_index) == c.value;
    equal &= decoder->finish().has_value();
  });
  const double bits = static_cast<double>(cost_q8) / 256;
  std::printf("%-26s %8d %9.3f %9zu %8.1f %9.1f %9.1f\n", mix.name, count, bits / count,
              stream.size(), static_cast<double>(stream.size()) - bits / 8, encoding, decoding);
  return equal;
}

}  // namespace

int main() {
  const CdfTables tables = testing::gaussian_tables();
  std::printf("%d states of %d bytes\n", kRansStates, kStateBytes);
  std::printf("%-26s %8s %9s %9s %8s %9s %9s\n", "mix (scale indices)", "symbols", "bits/sym",
              "bytes", "excess", "enc ns", "dec ns");
  const Mix mixes[] = {{"nearly free (1-4)", 1, 4},
                       {"half a bit (5-15)", 5, 15},
                       {"three bits (20-34)", 20, 34},
                       {"six bits (38-52)", 38, 52},
                       {"everything (1-63)", 1, 63}};
  bool equal = true;
  for (const Mix& mix : mixes) equal &= measure(tables, mix, 200000);
  equal &= measure(tables, {"a small picture (1-15)", 1, 15}, 100000);
  if (!equal) std::printf("decoded values differ\n");
  return equal ? 0 : 1;
}
