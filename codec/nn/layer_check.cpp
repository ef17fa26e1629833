// Walks the layer list once, with the state of the current tensor and of the stack. Exact zone.
#include "codec/nn/layer_check.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>

namespace vaecomp {
namespace {

// The number of elements that the variant holds.
std::size_t element_count(const NamedTensor& tensor) {
  return std::visit(
      [](const auto& data) {
        if constexpr (requires { data.bits; }) {
          return data.bits.size();
        } else {
          return data.size();
        }
      },
      tensor.data);
}

bool has_shape(const NamedTensor& tensor, std::initializer_list<std::uint32_t> dims) {
  std::size_t count = 1;
  for (const std::uint32_t d : dims) count *= d;
  return std::ranges::equal(tensor.dims, dims) && element_count(tensor) == count;
}

// Which fields of a record an op uses.
struct FieldUse {
  bool k = false, weights = false, bias = false, multiplier = false, shift = false,
       fraction = false, clip = false;
};

FieldUse fields_of(Op op) {
  switch (op) {
    case Op::kInput:
    case Op::kConcat:
    case Op::kShuffle:
    case Op::kUnshuffle:
      return {.k = true};
    case Op::kAdd:
      return {.clip = true};
    case Op::kConv1x1:
      return {.weights = true,
              .bias = true,
              .multiplier = true,
              .shift = true,
              .fraction = true,
              .clip = true};
    case Op::kDepthwise:
      return {.k = true,
              .weights = true,
              .bias = true,
              .multiplier = true,
              .shift = true,
              .fraction = true,
              .clip = true};
    case Op::kAffine:
      return {.weights = true, .bias = true, .shift = true, .fraction = true, .clip = true};
    case Op::kPush:
    case Op::kRelu:
    case Op::kAsinh:
      break;
  }
  return {};
}

bool unused_fields_are_empty(const LayerRecord& layer) {
  const FieldUse use = fields_of(layer.op);
  return (use.k || layer.k == 0) && (use.weights || layer.weights == kNoTensor) &&
         (use.bias || layer.bias == kNoTensor) &&
         (use.multiplier || layer.multiplier == kNoTensor) && (use.shift || layer.shift == 0) &&
         (use.fraction || layer.fraction == 0) && (use.clip || (layer.low == 0 && layer.high == 0));
}

class LayerChecker {
 public:
  LayerChecker(const ModelFile& model, const NetworkRecord& record)
      : model_(model), record_(record) {}

  Result<CheckedLayers> run() {
    if (record_.arithmetic != Arithmetic::kExact) {
      return corrupt("VM-22", "its arithmetic is not exact");
    }
    if (record_.inputs.empty()) return corrupt("VM-12", "no input");
    for (const NetworkInput& input : record_.inputs) {
      if (input.channels == 0) return corrupt("VM-12", "an input without channels");
    }
    x_ = input_state(0);
    checked_.partner.assign(record_.layers.size(), -1);
    for (index_ = 0; index_ < record_.layers.size(); ++index_) {
      const Result<void> ok = check(record_.layers[index_]);
      if (!ok) return ok.error();
      if (x_.channels > kMaxChannels) return limit("too many channels");
      if (x_.scale > kMaxScale) return limit("too many rows per input row");
      if (weights_ > kMaxWeights) return limit("too many weights");
      checked_.after.push_back(x_);
    }
    if (!stack_.empty()) return corrupt("VM-11", "the stack is not empty at the end");
    checked_.result = x_;
    return std::move(checked_);
  }

 private:
  struct Pushed {
    TensorState state;
    int layer;
  };

  Error corrupt(std::string_view rule, const std::string& text) const {
    return located(ErrorCode::kCorrupt, rule, text);
  }
  Error limit(const std::string& text) const { return located(ErrorCode::kLimit, {}, text); }

  Error located(ErrorCode code, std::string_view rule, const std::string& text) const {
    return {.code = code,
            .text = "network " + record_.name + ", layer " + std::to_string(index_) + ": " + text,
            .rule = rule};
  }

  TensorState input_state(std::size_t k) const {
    const NetworkInput& input = record_.inputs[k];
    return {.channels = input.channels, .fraction = input.fraction, .low = -32768, .high = 32767};
  }

  Result<void> check(const LayerRecord& layer) {
    if (!unused_fields_are_empty(layer)) return corrupt("VM-10", "an unused field is set");
    if (layer.low > layer.high) return corrupt("VM-10", "low is above high");
    switch (layer.op) {
      case Op::kInput:
        return check_input(layer);
      case Op::kPush:
        stack_.push_back({x_, static_cast<int>(index_)});
        return {};
      case Op::kAdd:
        return check_add(layer);
      case Op::kConv1x1:
        return check_conv1x1(layer);
      case Op::kDepthwise:
        return check_depthwise(layer);
      case Op::kRelu:
        x_.low = std::max(x_.low, 0);
        x_.high = std::max(x_.high, 0);
        return {};
      case Op::kShuffle:
        return check_shuffle(layer);
      case Op::kUnshuffle:
        return check_unshuffle(layer);
      case Op::kConcat:
        return check_concat(layer);
      case Op::kAffine:
        return check_affine(layer);
      case Op::kAsinh:
        return corrupt("VM-22", "asinh in an exact network");
    }
    return corrupt("VM-09", "an unknown op");
  }

  Result<void> check_input(const LayerRecord& layer) {
    if (layer.k >= record_.inputs.size()) return corrupt("VM-12", "no such input");
    x_ = input_state(layer.k);
    return {};
  }

  Result<void> check_add(const LayerRecord& layer) {
    if (stack_.empty()) return corrupt("VM-11", "the stack is empty");
    const Pushed p = stack_.back();
    stack_.pop_back();
    if (p.state.channels != x_.channels || p.state.scale != x_.scale ||
        p.state.fraction != x_.fraction) {
      return corrupt("VM-13", "the tensor on the stack has another shape or fraction");
    }
    checked_.partner[index_] = p.layer;
    checked_.partner[p.layer] = static_cast<int>(index_);
    set_bounds(layer);
    return {};
  }

  Result<void> check_concat(const LayerRecord& layer) {
    if (layer.k >= record_.inputs.size()) return corrupt("VM-12", "no such input");
    const TensorState other = input_state(layer.k);
    if (x_.scale != other.scale || x_.fraction != other.fraction) {
      return corrupt("VM-18", "the input has another size or fraction");
    }
    x_.channels += other.channels;
    x_.low = std::min(x_.low, other.low);
    x_.high = std::max(x_.high, other.high);
    return {};
  }

  Result<void> check_shuffle(const LayerRecord& layer) {
    const int k = layer.k;
    if (k < 2 || k > 16) return corrupt("VM-16", "the factor is not 2 .. 16");
    if (x_.channels % (k * k) != 0) return corrupt("VM-16", "channels are no multiple of k^2");
    x_.channels /= k * k;
    x_.scale *= k;
    return {};
  }

  // Rows are a multiple of k for inputs of every size if, and only if, the scale is one.
  Result<void> check_unshuffle(const LayerRecord& layer) {
    const int k = layer.k;
    if (k < 2 || k > 16) return corrupt("VM-17", "the factor is not 2 .. 16");
    if (x_.scale % k != 0) return corrupt("VM-17", "rows need not be a multiple of k");
    x_.channels *= k * k;
    x_.scale /= k;
    return {};
  }

  Result<void> check_conv1x1(const LayerRecord& layer) {
    const NamedTensor* weights = find(layer.weights);
    if (!weights || weights->dims.size() != 2) return corrupt("VM-14", "no weights [D][C]");
    const std::uint32_t outputs = weights->dims[0];
    if (outputs > kMaxChannels) return limit("too many channels");
    if (outputs == 0 || !has_shape(*weights, {outputs, channels()})) {
      return corrupt("VM-14", "the weights' shape does not fit");
    }
    const Result<void> ok = check_convolution(layer, *weights, outputs, channels(), "VM-14");
    if (!ok) return ok;
    count_weights(outputs, channels());
    x_.channels = static_cast<int>(outputs);
    set_bounds(layer);
    return {};
  }

  Result<void> check_depthwise(const LayerRecord& layer) {
    const std::uint32_t k = layer.k;
    if (k % 2 == 0 || k > 15) return corrupt("VM-15", "the side is not odd or above 15");
    const NamedTensor* weights = find(layer.weights);
    if (!weights || !has_shape(*weights, {channels(), k, k})) {
      return corrupt("VM-15", "no weights [C][k][k]");
    }
    const Result<void> ok = check_convolution(layer, *weights, channels(), k * k, "VM-15");
    if (!ok) return ok;
    count_weights(k * k, channels());
    set_bounds(layer);
    return {};
  }

  // Layers may share a tensor, so the weights that kernels hold are not bounded by the file's size.
  void count_weights(std::int64_t rows, std::int64_t columns) {
    weights_ += rows * ((columns + 15) / 16 * 16);
  }

  // What conv1x1 and depthwise have in common; `weights` has `outputs` rows of `fan_in` elements.
  Result<void> check_convolution(const LayerRecord& layer, const NamedTensor& weights,
                                 std::uint32_t outputs, std::uint32_t fan_in,
                                 std::string_view rule) {
    const auto* bias = find_i32(layer.bias, {outputs});
    const auto* multiplier = find_i32(layer.multiplier, {outputs});
    if (!bias) return corrupt(rule, "no i32 bias of the right shape");
    if (!multiplier) return corrupt(rule, "no i32 multiplier of the right shape");
    if (layer.shift < 32 || layer.shift > 46) return corrupt(rule, "the shift is not 32 .. 46");
    if (std::ranges::any_of(*multiplier, [](std::int32_t m) { return m < 1; })) {
      return corrupt("VM-20", "a multiplier is below 1");
    }
    bool proven = false;
    if (const auto* w8 = std::get_if<std::vector<std::int8_t>>(&weights.data)) {
      proven = cannot_overflow(*w8, *bias, fan_in);
    } else if (const auto* w16 = std::get_if<std::vector<std::int16_t>>(&weights.data)) {
      proven = cannot_overflow(*w16, *bias, fan_in);
    } else {
      return corrupt(rule, "the weights are neither i8 nor i16");
    }
    if (!proven) return corrupt("VM-21", "a 32-bit sum could overflow");
    return {};
  }

  // The sum of magnitudes fits 32 bits, 65535 * 2^15 < 2^31; all of it fits 64, 2^31 * 2^15 + 2^31.
  template <typename Weight>
  bool cannot_overflow(const std::vector<Weight>& weights, const std::vector<std::int32_t>& bias,
                       std::size_t fan_in) const {
    const std::int64_t magnitude = std::max(std::abs(x_.low), std::abs(x_.high));
    for (std::size_t d = 0; d < bias.size(); ++d) {
      std::uint32_t weight = 0;
      for (std::size_t i = 0; i < fan_in; ++i) {
        weight += static_cast<std::uint32_t>(std::abs(int{weights[d * fan_in + i]}));
      }
      const std::int64_t sum = std::abs(std::int64_t{bias[d]}) + weight * magnitude;
      if (sum >= std::int64_t{1} << 31) return false;
    }
    return true;
  }

  Result<void> check_affine(const LayerRecord& layer) {
    const auto* scale = find_i32(layer.weights, {kQualities, channels()});
    if (!scale) return corrupt("VM-19", "no i32 scales [101][C]");
    if (!find_i32(layer.bias, {kQualities, channels()})) {
      return corrupt("VM-19", "no i32 bias [101][C]");
    }
    if (layer.shift < 1 || layer.shift > 46) return corrupt("VM-19", "the shift is not 1 .. 46");
    if (std::ranges::any_of(*scale, [](std::int32_t s) { return s < 1; })) {
      return corrupt("VM-20", "a scale is below 1");
    }
    count_weights(2 * kQualities, channels());
    set_bounds(layer);
    return {};
  }

  void set_bounds(const LayerRecord& layer) {
    x_.low = layer.low;
    x_.high = layer.high;
    if (layer.op != Op::kAdd) x_.fraction = layer.fraction;
  }

  std::uint32_t channels() const { return static_cast<std::uint32_t>(x_.channels); }

  const NamedTensor* find(std::uint16_t number) const {
    return number < model_.tensors.size() ? &model_.tensors[number] : nullptr;
  }

  const std::vector<std::int32_t>* find_i32(std::uint16_t number,
                                            std::initializer_list<std::uint32_t> dims) const {
    const NamedTensor* tensor = find(number);
    if (!tensor || !has_shape(*tensor, dims)) return nullptr;
    return std::get_if<std::vector<std::int32_t>>(&tensor->data);
  }

  const ModelFile& model_;
  const NetworkRecord& record_;
  std::size_t index_ = 0;
  TensorState x_;
  std::vector<Pushed> stack_;
  std::int64_t weights_ = 0;
  CheckedLayers checked_;
};

}  // namespace

Result<CheckedLayers> check_layers(const ModelFile& model, const NetworkRecord& record) {
  return LayerChecker(model, record).run();
}

}  // namespace vaecomp
