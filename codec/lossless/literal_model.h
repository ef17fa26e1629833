// Components of up to 8 bits, bit by bit, for colours that no neighbourhood foretold (SPEC.md
// section 8.8). Exact zone.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "codec/lossless/bit_mixer.h"
#include "codec/lossless/pixel_colour.h"

namespace vaecomp {

class LiteralModel {
 public:
  explicit LiteralModel(int planes)
      : usual_(std::size_t{kValues} * planes),
        by_context_(std::size_t{kContexts} * kValues * kValues * planes),
        mixers_(std::size_t{9} * planes) {
    for (Mixer& mixer : mixers_) mixer.weights.fill(65536 * 35 / 100);
  }

  // What a component's bits are foretold by, each taken modulo 256.
  static constexpr int kContexts = 3;
  using Contexts = std::array<std::int32_t, kContexts>;

  // The lowest 8 bits of component p.
  template <typename Coder>
  int code(Coder& coder, int p, const Contexts& contexts, std::int32_t value) {
    std::array<AdaptiveBit*, kContexts> tables;
    for (int i = 0; i < kContexts; ++i)
      tables[i] = &by_context_[((std::size_t{kContexts} * p + i) * kValues + (contexts[i] & 255)) *
                               kValues];
    AdaptiveBit* const usual = &usual_[std::size_t{kValues} * p];
    int node = 1;
    for (int k = 7; k >= 0; --k) {
      const std::array<AdaptiveBit*, 1 + kContexts> cells = {usual + node, tables[0] + node,
                                                             tables[1] + node, tables[2] + node};
      const std::uint32_t known =
          3 * std::min(2u, cells[1]->count() / 2) + std::min(2u, cells[2]->count() / 2);
      const bool bit = code_mixed_bit<1 + kContexts>(coder, cells, kMemories,
                                                     mixers_[9 * p + known], value >> k & 1);
      node = 2 * node + bit;
    }
    return node - kValues;
  }

 private:
  static constexpr int kValues = 256;
  static constexpr std::array<std::uint32_t, 1 + kContexts> kMemories = {
      kLongMemory, kShortMemory, kShortMemory, kShortMemory};
  using Mixer = MixerWeights<1 + kContexts>;

  std::vector<AdaptiveBit> usual_, by_context_;  // trees of 255 bits, from [1] on
  std::vector<Mixer> mixers_;                    // [component][how well known]
};

}  // namespace vaecomp
