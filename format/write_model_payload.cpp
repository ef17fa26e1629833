// Writing a model's payload, MODEL.md section 2.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "format/byte_writer.h"
#include "format/layer_fields.h"
#include "format/limits.h"
#include "format/model_payload.h"

namespace vaecomp {
namespace {

// Writes counts and lengths, and remembers one that its field cannot hold.
class PayloadWriter {
 public:
  ByteWriter bytes;
  bool fits = true;

  template <typename Count>
  void count(std::size_t value) {
    if (value > std::numeric_limits<Count>::max()) fits = false;
    if constexpr (sizeof(Count) == 1) bytes.u8(static_cast<Count>(value));
    if constexpr (sizeof(Count) == 2) bytes.u16(static_cast<Count>(value));
    if constexpr (sizeof(Count) == 4) bytes.u32(static_cast<Count>(value));
  }

  void string(std::string_view value) {
    count<std::uint8_t>(value.size());
    bytes.text(value);
  }
};

void write_tensor(PayloadWriter& to, const NamedTensor& tensor) {
  to.string(tensor.name);
  to.bytes.u8(static_cast<std::uint8_t>(tensor.data.type()));
  to.count<std::uint8_t>(tensor.dims.size());
  std::uint64_t count = 1;
  for (const std::uint32_t size : tensor.dims) {
    to.bytes.u32(size);
    // Each factor is below 2^32; a product that has left the limit stays just above it.
    count = std::min<std::uint64_t>(count * size, kMaxModelPayload + 1ull);
  }
  to.fits &= tensor.data.size() == count;
  to.bytes.bytes(tensor.data.bytes());
}

void write_layer(PayloadWriter& to, const LayerRecord& layer) {
  visit_layer_fields(layer, [&](LayerField, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (sizeof(Value) == 1) {
      to.bytes.u8(static_cast<std::uint8_t>(value));
    } else {
      to.bytes.u16(static_cast<std::uint16_t>(value));
    }
  });
}

void write_network(PayloadWriter& to, const NetworkRecord& network) {
  to.string(network.name);
  to.bytes.u8(static_cast<std::uint8_t>(network.arithmetic));
  to.count<std::uint8_t>(network.inputs.size());
  for (const NetworkInput& input : network.inputs) {
    to.bytes.u16(input.channels);
    to.bytes.u8(input.fraction);
  }
  to.count<std::uint16_t>(network.layers.size());
  for (const LayerRecord& layer : network.layers) write_layer(to, layer);
}

}  // namespace

Result<Bytes> write_model_payload(const ModelFile& model) {
  PayloadWriter to;
  to.count<std::uint16_t>(model.card.size());
  for (const auto& [key, text] : model.card) {
    to.string(key);
    to.count<std::uint32_t>(text.size());
    to.bytes.text(text);
  }
  to.count<std::uint16_t>(model.tensors.size());
  for (const NamedTensor& tensor : model.tensors) write_tensor(to, tensor);
  to.count<std::uint8_t>(model.networks.size());
  for (const NetworkRecord& network : model.networks) write_network(to, network);

  if (!to.fits || to.bytes.data().size() > kMaxModelPayload) {
    return Error{ErrorCode::kInvalidArgument,
                 "the model has more of something than its file can hold"};
  }
  Bytes payload = to.bytes.take();
  // All other rules are the reader's, so that the two cannot disagree.
  if (const Result<ModelFile> check = read_model_payload(payload); !check) {
    return Error{ErrorCode::kInvalidArgument, "the model breaks a rule: " + check.error().text,
                 kNoOffset, check.error().rule};
  }
  return payload;
}

}  // namespace vaecomp
