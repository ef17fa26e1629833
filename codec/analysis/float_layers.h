// Float layers bound to their tensors: what FloatNetwork runs. Internal to codec/analysis; the only
// place that knows Eigen.
#pragma once

#include <Eigen/Core>
#include <mutex>
#include <vector>

#include "codec/kernels/float_kernels.h"
#include "codec/analysis/float_network.h"

namespace vaecomp {

// Row-major, so that a block of rows of a FloatTensor is a matrix [positions][channels] without a
// copy.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
// The channels of one position.
using RowArray = Eigen::Array<float, 1, Eigen::Dynamic, Eigen::RowMajor>;

struct FloatLayer {
  Op op = Op::kInput;
  int k = 0;  // depthwise: kernel side; unshuffle: factor
  int channels_in = 0, channels_out = 0;
  // Empty until fill_weights().
  PackedWeights packed;  // conv1x1, multiplier folded in
  Matrix weights;        // depthwise: [k * k][channels]; affine: scales [101][channels]
  Matrix bias;           // conv1x1, depthwise: [1][out]; affine: [101][channels]
};

struct FloatNetwork::Plan {
  std::shared_ptr<const ModelFile> file;
  std::vector<LayerRecord> records;
  LayerPlan rows;
  LayerShape output;
  std::vector<FloatLayer> layers;  // by number; without weights until the first run

  // The layers, ready to run. Whoever only decodes never comes here, and is spared the time and the
  // memory of the matrices.
  std::span<const FloatLayer> filled_layers();

 private:
  std::once_flag filled_;
};

// Checks one record and its tensors; `channels` is the number of channels before the layer. Errors:
// kCorrupt.
Result<FloatLayer> bind_float_layer(const ModelFile& file, const LayerRecord& record, int channels);

// Makes the matrices of a layer that bind_float_layer() made of the same record.
void fill_weights(const ModelFile& file, const LayerRecord& record, FloatLayer& layer);

}  // namespace vaecomp
