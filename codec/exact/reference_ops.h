// The referee: every op of MODEL.md section 3 written down as it stands there, slowly. Exact zone.
#pragma once

#include <span>

#include "codec/base/tensor.h"
#include "format/model_file.h"

namespace vaecomp {

// Each takes a layer that build_layer_graph() has accepted, and whole tensors.
Tensor reference_add(const LayerRecord& layer, const Tensor& p, const Tensor& x);
Tensor reference_conv1x1(const ModelFile& model, const LayerRecord& layer, const Tensor& x);
Tensor reference_depthwise(const ModelFile& model, const LayerRecord& layer, const Tensor& x);
Tensor reference_relu(const Tensor& x);
Tensor reference_shuffle(int k, const Tensor& x);
Tensor reference_unshuffle(int k, const Tensor& x);
Tensor reference_concat(const Tensor& x, const Tensor& input);
Tensor reference_affine(const ModelFile& model, const LayerRecord& layer, const Tensor& x,
                        int quality);

// All layers in turn, with a stack of whole tensors: what ExactNetwork::run must give bit for bit.
Tensor reference_run(const ModelFile& model, const NetworkRecord& record,
                     std::span<const Tensor* const> inputs, int quality);

}  // namespace vaecomp
