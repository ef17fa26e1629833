// A bit a block, foretold by those around it.
#include "codec/lossless/block_mask.h"

#include <algorithm>
#include <array>

#include "codec/lossless/adaptive_bit.h"
#include "codec/lossless/symbol_decoder.h"
#include "codec/lossless/symbol_encoder.h"

namespace vaecomp {
namespace {

// Codes the flags of `mask`, which a decoder fills in.
template <typename Coder>
void code_flags(Coder& coder, BlockMask& mask) {
  std::array<AdaptiveBit, 16> cells;
  const auto at = [&](int column, int row) {
    return column >= 0 && column < mask.columns() && row >= 0 && mask.has(column, row);
  };
  std::size_t block = 0;
  for (int row = 0; row < mask.rows(); ++row) {
    for (int column = 0; column < mask.columns(); ++column, ++block) {
      const int context = at(column - 1, row) + 2 * at(column, row - 1) +
                          4 * at(column + 1, row - 1) + 8 * at(column - 1, row - 1);
      mask.set(block, code_bit(coder, cells[context], mask.has(block), kLongMemory));
    }
  }
}

}  // namespace

std::size_t BlockMask::count() const {
  return static_cast<std::size_t>(std::count(flags_.begin(), flags_.end(), 1));
}

Bytes encode_mask(const BlockMask& mask) {
  SymbolEncoder encoder;
  BlockMask copy = mask;
  code_flags(encoder, copy);
  return encoder.finish();
}

Result<BlockMask> decode_mask(ByteSpan bytes, int width, int height) {
  SymbolDecoder decoder(bytes);
  BlockMask mask(width, height);
  code_flags(decoder, mask);
  if (auto end = decoder.finish(); !end) return end.error();
  if (mask.count() == 0) return Error{ErrorCode::kCorrupt, "a mask has no block", 0, "VC-53"};
  return mask;
}

}  // namespace vaecomp
