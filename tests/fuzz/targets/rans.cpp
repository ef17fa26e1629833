// The coder of latents with tables of any shape: bytes are decoded as they are, and values are
// encoded and come back.
#include <cstdlib>

#include "codec/encoder/rans_encoder.h"
#include "codec/entropy/rans_decoder.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"

namespace vaecomp::fuzz {
namespace {

// A table of 2 radius + 2 symbols, each of at least one slot, the rest shared out by `weights`.
void append_table(int radius, ByteSpan weights, std::vector<std::uint16_t>& starts) {
  const int symbols = 2 * radius + 2;
  const auto weight = [&](int s) -> std::uint64_t {
    return weights.empty() ? 1 : weights[static_cast<std::size_t>(s) % weights.size()];
  };
  std::uint64_t total = 0, sum = 0;
  for (int s = 0; s < symbols; ++s) total += weight(s);
  for (int s = 0; s < symbols; ++s) {
    const std::uint64_t shared = total == 0 ? 0 : (65536u - symbols) * sum / total;
    starts.push_back(static_cast<std::uint16_t>(s + shared));
    sum += weight(s);
  }
}

// The first few of them as chosen, the others, which take time to build, as small as can be.
struct ChosenTables {
  Result<CdfTables> tables;
  int kinds;  // that many, from table 1 on, and from 65 on if there are so many
};

ChosenTables chosen_tables(Choices& choices) {
  constexpr int kRadii[] = {1, 2, 5, 24, 300, kMaxRadius};
  const int kinds = 1 + choices.below(4);
  std::vector<std::pair<int, ByteSpan>> kind;
  for (int i = 0; i < kinds; ++i) {
    const int radius = kRadii[choices.below(6)];
    kind.emplace_back(radius, choices.bytes(1 + choices.below(16)));
  }
  const int count = (choices.flag() ? 2 : 1) * kScaleIndices;
  std::vector<std::uint16_t> radii, starts;
  for (int i = 0; i < count; ++i) {
    radii.push_back(0);
    const int k = i % kScaleIndices - 1;
    if (k < 0) continue;
    const auto [radius, weights] =
        k < kinds ? kind[static_cast<std::size_t>(k)] : std::pair<int, ByteSpan>(1, {});
    radii.back() = static_cast<std::uint16_t>(radius);
    append_table(radius, weights, starts);
  }
  return {CdfTables::build(radii, starts), kinds};
}

void run(ByteSpan input) {
  Choices choices(input);
  const ChosenTables chosen = chosen_tables(choices);
  const Result<CdfTables>& tables = chosen.tables;
  require(tables.has_value(), "tables that keep the rules are taken");
  const int step = choices.below(256);
  const ByteSpan rest = choices.rest();
  const auto table_of = [&](std::size_t k) {
    const int upper = tables->has_trellis() && k % 3 == 1 ? kScaleIndices : 0;
    return upper + static_cast<int>(k * step % (static_cast<std::size_t>(chosen.kinds) + 2));
  };

  if (auto decoder = RansDecoder::open(rest, *tables)) {
    for (std::size_t k = 0; k < 2 * rest.size() + 9; ++k) {
      const int table = table_of(k);
      require(std::abs(decoder->get_value(table)) <= tables->max_magnitude(table),
              "values are in range whatever the bytes are");
    }
    if (auto end = decoder->finish(); !end) require_sound(end.error(), rest.size());
  } else {
    require_sound(decoder.error(), rest.size());
  }

  RansEncoder encoder(*tables);
  std::vector<int> values;
  while (!choices.rest().empty()) {
    const int word = static_cast<int>(choices.u16());  // small ones and escapes
    const int value = (word & 1) != 0 ? 3 * (word >> 1) - 49152 : (word >> 1) % 64 - 32;
    values.push_back(encoder.put_value(table_of(values.size()), value));
  }
  const Bytes stream = encoder.finish();
  auto decoder = RansDecoder::open(stream, *tables);
  require(decoder.has_value(), "an encoded stream opens");
  for (std::size_t k = 0; k < values.size(); ++k)
    require(decoder->get_value(table_of(k)) == values[k], "values come back");
  require(decoder->finish().has_value(), "an encoded stream ends well");
}

std::vector<Bytes> seeds() {
  const Bytes coded = files_of("tests/models/streams", ".vaec").front();
  return {seed_of({0, 0, 0, 1, 0, 1}, coded),
          seed_of({1, 3, 4, 1, 2, 3, 200, 2, 2, 5, 3, 9, 1, 7}, coded),
          seed_of({0, 5, 1, 255, 0, 1, 63}, coded)};
}

}  // namespace

extern const Target kRans = {"rans", run, seeds};

}  // namespace vaecomp::fuzz
