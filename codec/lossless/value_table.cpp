// A flag for each possible value, foretold by how far the last one that occurs lies back.
#include "codec/lossless/value_table.h"

#include <algorithm>
#include <array>

#include "codec/lossless/adaptive_bit.h"
#include "codec/lossless/symbol_decoder.h"
#include "codec/lossless/symbol_encoder.h"

namespace vaecomp {
namespace {

// Calls visit(value) for each value that occurs.
template <typename Coder, typename Given, typename Visit>
void code_flags(Coder& coder, int values, const Given& given, const Visit& visit) {
  std::array<AdaptiveBit, 32> cells;
  int last = -1, step = 1;
  for (int value = 0; value < values; ++value) {
    const int distance = value - last;
    AdaptiveBit& cell = cells[16 * (distance == step) + std::min(distance, 15)];
    if (!code_bit(coder, cell, given(value), kLongMemory)) continue;
    visit(value);
    step = distance;
    last = value;
  }
}

}  // namespace

Bytes encode_value_table(const std::vector<bool>& used) {
  SymbolEncoder encoder;
  code_flags(
      encoder, static_cast<int>(used.size()), [&](int value) { return bool{used[value]}; },
      [](int) {});
  return encoder.finish();
}

Result<std::vector<std::uint16_t>> decode_value_table(ByteSpan bytes, int depth) {
  SymbolDecoder decoder(bytes);
  std::vector<std::uint16_t> values;
  code_flags(
      decoder, 1 << depth, [](int) { return false; },
      [&](int value) { values.push_back(static_cast<std::uint16_t>(value)); });
  if (auto end = decoder.finish(); !end) return end.error();
  if (values.empty()) return Error{ErrorCode::kCorrupt, "a list of values is empty", 0, "VC-47"};
  return values;
}

}  // namespace vaecomp
