// Conversions, element by element.
#include "codec/float/float_weights.h"

#include <bit>

namespace vaecomp {
namespace {

template <typename T>
std::vector<float> converted(const TensorData& data) {
  std::vector<float> values;
  values.reserve(data.size());
  for (const T element : data.as<T>()) {
    if constexpr (std::same_as<T, F32Bits>) {
      values.push_back(std::bit_cast<float>(element));
    } else {
      values.push_back(static_cast<float>(element));
    }
  }
  return values;
}

}  // namespace

std::vector<float> float_values(const TensorData& data) {
  switch (data.type()) {
    case TensorType::kI8:
      return converted<std::int8_t>(data);
    case TensorType::kI16:
      return converted<std::int16_t>(data);
    case TensorType::kI32:
      return converted<std::int32_t>(data);
    case TensorType::kU8:
      return converted<std::uint8_t>(data);
    case TensorType::kU16:
      return converted<std::uint16_t>(data);
    case TensorType::kF32:
      return converted<F32Bits>(data);
  }
  return {};
}

std::vector<float> scaled_transpose(const TensorData& weights, const std::vector<float>& factors) {
  std::vector<float> values(weights.size());
  const std::size_t outputs = factors.size(), inputs = values.size() / outputs;
  with_weights(weights, [&](const auto& from) {
    for (std::size_t c = 0; c < inputs; ++c)
      for (std::size_t d = 0; d < outputs; ++d)
        values[c * outputs + d] = static_cast<float>(from[d * inputs + c]) * factors[d];
  });
  return values;
}

}  // namespace vaecomp
