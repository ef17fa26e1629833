// The loops of the exact networks that take the time: each works on the channel vectors of some
// neighbouring positions of one row. Exact zone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/base/tensor_rows.h"

namespace vaecomp {

// Channels that a kernel handles at once. Weights are padded with zeros to a multiple.
inline constexpr int kLanes = 16;

constexpr int padded_channels(int channels) { return (channels + kLanes - 1) / kLanes * kLanes; }

// The numbers of a layer, in the one layout that the kernels of all levels read.
struct LayerParameters {
  // conv1x1: kLanes outputs at a time, for each pair of input channels,
  // [ceil(D / kLanes)][blocks * kLanes / 2][kLanes][2]. depthwise: for each pair of rows of the
  // window, [ceil(k / 2)][k][C][2], zeros in the row that an odd side lacks.
  std::vector<std::int16_t> weights = {};
  // conv1x1: only these blocks of kLanes input channels meet weights other than 0.
  int first_block = 0, blocks = 0;
  // conv1x1, depthwise: one per output channel, zeros up to a multiple of kLanes; affine: scales
  // [101][C]
  std::vector<std::int32_t> multiplier = {};
  std::vector<std::int32_t> bias = {};  // likewise
  int shift = 0;
  int low = 0, high = 0;
};

using Row = PositionsOf<std::int16_t>;
using ConstRow = PositionsOf<const std::int16_t>;

// One level's versions. All levels give equal results, as all sums are exact (MODEL.md, VM-21).
struct ExactKernels {
  // y = conv1x1(x), VM-14. The last block of x is read whole; values past the inputs meet weights
  // of 0. Blocks at the end that are 0 in all positions, as detail latents are in pictures without
  // them, take no time.
  void (*conv1x1_row)(const LayerParameters& layer, ConstRow x, Row y, int outputs, int positions);

  // y = positions first .. first + positions - 1 of row `row` of depthwise(x), side k, VM-15.
  void (*depthwise_row)(const LayerParameters& layer, const RowsOf<std::int16_t>& x, int k, int row,
                        int first, Row y, int positions);

  // y = clip(a + b, low, high), VM-13.
  void (*add_row)(const LayerParameters& layer, ConstRow a, ConstRow b, Row y, int channels,
                  int positions);

  // y = affine(x) at a quality, VM-19.
  void (*affine_row)(const LayerParameters& layer, int quality, ConstRow x, Row y, int channels,
                     int positions);

  // y = max(x, 0).
  void (*relu_row)(ConstRow x, Row y, int channels, int positions);
};

}  // namespace vaecomp
