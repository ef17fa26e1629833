// A layer record's fields (MODEL.md section 2): one list for reading and writing, and their users.
#pragma once

#include <cstdint>
#include <string_view>

#include "format/model_file.h"

namespace vaecomp {

// In the order of the bytes.
enum class LayerField : std::uint8_t {
  kOp,
  kK,
  kWeights,
  kBias,
  kMultiplier,
  kShift,
  kFraction,
  kLow,
  kHigh,
  kReserved,
};

// Calls visit(field, value) for each field in the order of the bytes. The type of `value` (u8, u16
// or i16) is the field's width.
template <typename Layer, typename Visitor>
void visit_layer_fields(Layer& layer, Visitor&& visit) {
  visit(LayerField::kOp, layer.op);
  visit(LayerField::kK, layer.k);
  visit(LayerField::kWeights, layer.weights);
  visit(LayerField::kBias, layer.bias);
  visit(LayerField::kMultiplier, layer.multiplier);
  visit(LayerField::kShift, layer.shift);
  visit(LayerField::kFraction, layer.fraction);
  visit(LayerField::kLow, layer.low);
  visit(LayerField::kHigh, layer.high);
  std::uint8_t reserved = 0;
  visit(LayerField::kReserved, reserved);
}

// Whether an op gives a field a meaning; the other fields hold 0, or kNoTensor (VM-10).
constexpr bool uses_field(Op op, Arithmetic arithmetic, LayerField field) {
  const bool convolves = op == Op::kConv1x1 || op == Op::kDepthwise;
  const bool exact = arithmetic == Arithmetic::kExact;
  switch (field) {
    case LayerField::kOp:
      return true;
    case LayerField::kK:
      return op == Op::kInput || op == Op::kConcat || op == Op::kDepthwise || op == Op::kShuffle ||
             op == Op::kUnshuffle;
    case LayerField::kWeights:
    case LayerField::kBias:
      return convolves || op == Op::kAffine;
    case LayerField::kMultiplier:
      return convolves;
    case LayerField::kShift:
    case LayerField::kFraction:
      return exact && (convolves || op == Op::kAffine);
    case LayerField::kLow:
    case LayerField::kHigh:
      return exact && (convolves || op == Op::kAffine || op == Op::kAdd);
    case LayerField::kReserved:
      return false;
  }
  return false;
}

constexpr bool is_tensor_number(LayerField field) {
  return field == LayerField::kWeights || field == LayerField::kBias ||
         field == LayerField::kMultiplier;
}

constexpr std::string_view layer_field_name(LayerField field) {
  constexpr std::string_view kNames[] = {"op",    "k",        "weights", "bias", "multiplier",
                                         "shift", "fraction", "low",     "high", "reserved"};
  return kNames[static_cast<int>(field)];
}

}  // namespace vaecomp
