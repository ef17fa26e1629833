// Reading a model's payload, MODEL.md section 2: card, tensors, networks.
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "format/byte_reader.h"
#include "format/layer_fields.h"
#include "format/limits.h"
#include "format/model_payload.h"
#include "format/utf8.h"

namespace vaecomp {
namespace {

// `length` bytes of UTF-8.
std::string read_text(ByteReader& reader, std::uint64_t length) {
  const std::uint64_t start = reader.offset();
  const ByteSpan bytes = reader.bytes(length);
  if (!is_utf8(bytes)) reader.fail(ErrorCode::kCorrupt, "text is not UTF-8", start, "VM-07");
  return std::string(bytes.begin(), bytes.end());
}

std::string read_string(ByteReader& reader) { return read_text(reader, reader.u8()); }

std::string read_unique_name(ByteReader& reader, std::set<std::string>& names,
                             std::string_view rule) {
  const std::uint64_t start = reader.offset();
  std::string name = read_string(reader);
  if (!names.insert(name).second) {
    reader.fail(ErrorCode::kCorrupt, "name \"" + name + "\" occurs twice", start, rule);
  }
  return name;
}

// --- Tensors (VM-08)

NamedTensor read_tensor(ByteReader& reader, std::set<std::string>& names,
                        const std::shared_ptr<const void>& owner) {
  NamedTensor tensor;
  tensor.name = read_unique_name(reader, names, "VM-08");
  const std::uint64_t type_start = reader.offset();
  const auto type = static_cast<TensorType>(reader.u8());
  if (type < TensorType::kI8 || type > TensorType::kF32) {
    reader.fail(ErrorCode::kCorrupt, "tensor \"" + tensor.name + "\" has an unknown type",
                type_start, "VM-08");
  }
  const std::uint64_t rank_start = reader.offset();
  const std::uint8_t rank = reader.u8();
  if (rank > kMaxRank) {
    reader.fail(ErrorCode::kCorrupt,
                "tensor \"" + tensor.name + "\" has " + std::to_string(rank) + " dimensions",
                rank_start, "VM-08");
  }
  // The product cannot overflow: it is refused as soon as it exceeds the bytes left.
  std::uint64_t count = 1;
  for (int i = 0; i < rank && reader.ok(); ++i) {
    const std::uint64_t start = reader.offset();
    const std::uint32_t size = reader.u32();
    count *= size;
    if (size == 0 || count > reader.remaining()) {
      reader.fail(ErrorCode::kCorrupt,
                  "tensor \"" + tensor.name + "\" has a dimension of " + std::to_string(size),
                  start, "VM-08");
    }
    tensor.dims.push_back(size);
  }
  if (reader.ok()) tensor.data = TensorData(type, reader.bytes(count * element_bytes(type)), owner);
  return tensor;
}

// --- Networks (VM-09, VM-10)

// Whether a field that the op uses is in its range. The record is filled in up to this field.
bool in_range(LayerField field, const LayerRecord& layer, std::size_t inputs, std::size_t tensors) {
  switch (field) {
    case LayerField::kOp:
      return layer.op >= Op::kInput && layer.op <= Op::kAsinh;
    case LayerField::kK:
      if (layer.op == Op::kDepthwise) return layer.k % 2 == 1 && layer.k <= kMaxKernel;
      if (layer.op == Op::kShuffle || layer.op == Op::kUnshuffle) {
        return layer.k >= 2 && layer.k <= kMaxShuffle;
      }
      return layer.k < inputs;
    case LayerField::kWeights:
      return layer.weights < tensors;
    case LayerField::kBias:
      return layer.bias < tensors;
    case LayerField::kMultiplier:
      return layer.multiplier < tensors;
    case LayerField::kShift:
      return layer.shift >= (layer.op == Op::kAffine ? 1 : kMinShift) && layer.shift <= kMaxShift;
    case LayerField::kHigh:
      return layer.low <= layer.high;
    case LayerField::kFraction:
    case LayerField::kLow:
    case LayerField::kReserved:
      return true;
  }
  return false;
}

LayerRecord read_layer(ByteReader& reader, const NetworkRecord& network, std::size_t tensors) {
  LayerRecord layer;
  visit_layer_fields(layer, [&](LayerField field, auto& value) {
    using Value = std::remove_reference_t<decltype(value)>;
    const std::uint64_t start = reader.offset();
    const int found = sizeof(Value) == 1        ? reader.u8()
                      : std::is_signed_v<Value> ? reader.i16()
                                                : reader.u16();
    value = static_cast<Value>(found);
    const bool used = uses_field(layer.op, network.arithmetic, field);
    const int unused_value = is_tensor_number(field) ? kNoTensor : 0;
    const bool good =
        used ? in_range(field, layer, network.inputs.size(), tensors) : found == unused_value;
    if (!good) {
      reader.fail(ErrorCode::kCorrupt,
                  "network \"" + network.name + "\": a layer's " +
                      std::string(layer_field_name(field)) + " is " + std::to_string(found),
                  start, used ? "VM-09" : "VM-10");
    }
  });
  return layer;
}

NetworkInput read_input(ByteReader& reader, Arithmetic arithmetic) {
  NetworkInput input;
  input.channels = reader.u16();
  const std::uint64_t start = reader.offset();
  input.fraction = reader.u8();
  if (arithmetic == Arithmetic::kFloat && input.fraction != 0) {
    reader.fail(ErrorCode::kCorrupt, "a float network's input has fraction bits", start, "VM-09");
  }
  return input;
}

NetworkRecord read_network(ByteReader& reader, std::set<std::string>& names, std::size_t tensors) {
  NetworkRecord network;
  network.name = read_unique_name(reader, names, "VM-09");
  const std::uint64_t start = reader.offset();
  const std::uint8_t arithmetic = reader.u8();
  if (arithmetic > static_cast<std::uint8_t>(Arithmetic::kFloat)) {
    reader.fail(ErrorCode::kCorrupt,
                "network \"" + network.name + "\" has arithmetic " + std::to_string(arithmetic),
                start, "VM-09");
  }
  network.arithmetic = static_cast<Arithmetic>(arithmetic);
  const int inputs = reader.u8();
  for (int i = 0; i < inputs && reader.ok(); ++i) {
    network.inputs.push_back(read_input(reader, network.arithmetic));
  }
  const int layers = reader.u16();
  for (int i = 0; i < layers && reader.ok(); ++i) {
    network.layers.push_back(read_layer(reader, network, tensors));
  }
  return network;
}

}  // namespace

Result<ModelFile> read_model_payload(ByteSpan payload, std::shared_ptr<const void> owner) {
  ByteReader reader(payload);
  ModelFile model;

  reader.set_rule("VM-07");
  const int entries = reader.u16();
  for (int i = 0; i < entries && reader.ok(); ++i) {
    std::string key = read_string(reader);
    const std::uint32_t length = reader.u32();
    model.card.emplace_back(std::move(key), read_text(reader, length));
  }

  reader.set_rule("VM-08");
  std::set<std::string> tensor_names;
  const int tensors = reader.u16();
  for (int i = 0; i < tensors && reader.ok(); ++i) {
    model.tensors.push_back(read_tensor(reader, tensor_names, owner));
  }

  reader.set_rule("VM-09");
  std::set<std::string> network_names;
  const int networks = reader.u8();
  for (int i = 0; i < networks && reader.ok(); ++i) {
    model.networks.push_back(read_network(reader, network_names, model.tensors.size()));
  }

  if (reader.remaining() > 0) {
    reader.fail(ErrorCode::kCorrupt, std::to_string(reader.remaining()) + " bytes are left over",
                reader.offset(), "VM-07");
  }
  if (!reader.ok()) return reader.error();
  return model;
}

}  // namespace vaecomp
