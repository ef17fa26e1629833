// From layer records and named tensors to FloatLayers: first every shape and type is checked
// (MODEL.md sections 2 and 4), then, when the network is to run, the matrices are made.
#include <bit>
#include <string>

#include "codec/analysis/float_layers.h"
#include "format/limits.h"

namespace vaecomp {
namespace {

Error corrupt(std::string text, std::string_view rule) {
  return {ErrorCode::kCorrupt, "model: " + std::move(text), kNoOffset, rule};
}

bool has_shape(const NamedTensor& tensor, std::initializer_list<int> dims) {
  return std::equal(tensor.dims.begin(), tensor.dims.end(), dims.begin(), dims.end(),
                    [](std::uint32_t a, int b) { return a == static_cast<std::uint32_t>(b); });
}

// The bits of a float tensor, or null if its type differs.
const NamedTensor::F32Bits* f32(const NamedTensor& tensor) {
  return std::get_if<NamedTensor::F32Bits>(&tensor.data);
}

Matrix as_matrix(const NamedTensor::F32Bits& tensor, int rows, int columns) {
  Matrix m(rows, columns);
  for (std::size_t i = 0; i < tensor.bits.size(); ++i)
    m.data()[i] = std::bit_cast<float>(tensor.bits[i]);
  return m;
}

bool is_i8_or_i16(const NamedTensor& tensor) {
  return tensor.type() == TensorType::kI8 || tensor.type() == TensorType::kI16;
}

// Integer weights [out][in] times one factor for each output, turned as the kernels want them:
// [in][out].
Matrix scaled_weights(const NamedTensor& tensor, const Matrix& factors) {
  Matrix m;
  const auto fill = [&](const auto& values) {
    using Weight = typename std::decay_t<decltype(values)>::value_type;
    using Stored = Eigen::Matrix<Weight, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Index out = factors.size();
    const Eigen::Map<const Stored> stored(values.data(), out,
                                          static_cast<Eigen::Index>(values.size()) / out);
    m = stored.transpose().template cast<float>() * factors.row(0).asDiagonal();
  };
  if (const auto* v = std::get_if<std::vector<std::int8_t>>(&tensor.data)) fill(*v);
  if (const auto* v = std::get_if<std::vector<std::int16_t>>(&tensor.data)) fill(*v);
  return m;
}

}  // namespace

Result<FloatLayer> bind_float_layer(const ModelFile& file, const LayerRecord& record,
                                    int channels) {
  FloatLayer layer;
  layer.op = record.op;
  layer.k = record.k;
  layer.channels_in = layer.channels_out = channels;
  const auto tensor = [&](std::uint16_t number) -> const NamedTensor* {
    return number < file.tensors.size() ? &file.tensors[number] : nullptr;
  };
  switch (record.op) {
    case Op::kInput:  // whose channels the network knows
    case Op::kPush:
    case Op::kAdd:
    case Op::kRelu:
    case Op::kAsinh:
      return layer;
    case Op::kUnshuffle:
      if (layer.k < 2 || layer.k > 16) return corrupt("unshuffle factor out of range", "VM-09");
      layer.channels_out = channels * layer.k * layer.k;
      return layer;
    case Op::kConv1x1:
    case Op::kDepthwise: {
      const NamedTensor* weights = tensor(record.weights);
      const NamedTensor* bias = tensor(record.bias);
      const NamedTensor* multiplier = tensor(record.multiplier);
      if (!weights || !bias || !multiplier || weights->dims.empty())
        return corrupt("a float convolution lacks a tensor", "VM-10");
      const int out = static_cast<int>(weights->dims[0]);
      const bool depthwise = record.op == Op::kDepthwise;
      const int k = layer.k;
      if (depthwise && (k < 1 || k > 15 || k % 2 == 0))
        return corrupt("kernel side out of range", "VM-09");
      const bool shape = depthwise ? out == channels && has_shape(*weights, {channels, k, k})
                                   : out >= 1 && has_shape(*weights, {out, channels});
      if (!shape || !has_shape(*bias, {out}) || !has_shape(*multiplier, {out}) || !f32(*bias) ||
          !f32(*multiplier))
        return corrupt("tensors of float layer '" + weights->name + "' have wrong shapes", "VM-22");
      layer.channels_out = out;
      if (!is_i8_or_i16(*weights))
        return corrupt("weights '" + weights->name + "' are neither i8 nor i16", "VM-22");
      return layer;
    }
    case Op::kAffine: {
      const NamedTensor* scale = tensor(record.weights);
      const NamedTensor* bias = tensor(record.bias);
      if (!scale || !bias || !has_shape(*scale, {kQualities, channels}) ||
          !has_shape(*bias, {kQualities, channels}) || !f32(*scale) || !f32(*bias))
        return corrupt("a float affine layer has wrong tensors", "VM-22");
      return layer;
    }
    case Op::kShuffle:
    case Op::kConcat:
      break;
  }
  return corrupt(
      "op " + std::to_string(static_cast<int>(record.op)) + " is not known in float networks",
      "VM-22");
}

void fill_weights(const ModelFile& file, const LayerRecord& record, FloatLayer& layer) {
  const auto matrix = [&](std::uint16_t number, int rows) {
    return as_matrix(*f32(file.tensors[number]), rows, layer.channels_out);
  };
  if (layer.op == Op::kConv1x1 || layer.op == Op::kDepthwise) {
    layer.weights = scaled_weights(file.tensors[record.weights], matrix(record.multiplier, 1));
    layer.bias = matrix(record.bias, 1);
    if (layer.op == Op::kConv1x1) {
      layer.packed = pack_weights(layer.weights.data(), layer.channels_in, layer.channels_out);
      layer.weights.resize(0, 0);
    }
  } else if (layer.op == Op::kAffine) {
    layer.weights = matrix(record.weights, kQualities);
    layer.bias = matrix(record.bias, kQualities);
  }
}

}  // namespace vaecomp
