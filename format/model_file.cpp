// The container of a model file (MODEL.md section 1) in both directions, and look-up by name.
#include "format/model_file.h"

#include <algorithm>
#include <new>
#include <string>

#include "format/byte_reader.h"
#include "format/byte_writer.h"
#include "format/crc32c.h"
#include "format/file_frame.h"
#include "format/limits.h"
#include "format/model_payload.h"
#include "format/out_of_memory.h"
#include "format/zstd_chunk.h"

namespace vaecomp {
namespace {

constexpr FileFrame kModelFrame{kModelMagic, kModelVersion, "model file",
                                "VM-01",     "VM-02",       "VM-06"};

template <typename Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  for (const Named& one : all) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

// A payload that is larger than asked for, or than its frame lets expect, has no offset yet.
Result<void> check_payload_size(std::uint64_t size, std::uint64_t frame,
                                const ModelLimits& limits) {
  const std::uint64_t plausible = ModelLimits::kFreePayload + limits.max_expansion * frame;
  const std::uint64_t most = std::min(limits.max_payload, plausible);
  if (size <= most) return {};
  return Error{ErrorCode::kLimit, "a payload of " + std::to_string(size) + " bytes, at most " +
                                      std::to_string(most) + " are allowed of a file of this size"};
}

// Layers may name the same tensor, and networks hold their own copies: what that comes to is
// bounded by what is there.
Result<void> check_sharing(const ModelFile& model, const ModelLimits& limits) {
  std::uint64_t there = 0, used = 0;
  for (const NamedTensor& tensor : model.tensors) there += tensor.data.size();
  for (const NetworkRecord& network : model.networks)
    for (const LayerRecord& layer : network.layers)
      for (const std::uint16_t number : {layer.weights, layer.bias, layer.multiplier})
        if (number != kNoTensor) used += model.tensors[number].data.size();
  if (used <= ModelLimits::kFreeWeights + limits.max_sharing * there) return {};
  return Error{ErrorCode::kLimit, "layers use " + std::to_string(used) + " weights, of which " +
                                      std::to_string(there) + " are there"};
}

}  // namespace

const NamedTensor* ModelFile::find_tensor(std::string_view name) const {
  return find_named(tensors, name);
}

const NetworkRecord* ModelFile::find_network(std::string_view name) const {
  return find_named(networks, name);
}

Result<ModelFile> read_model_file(ByteSpan file, const ModelLimits& limits) try {
  const Result<ByteSpan> content = open_frame(file, kModelFrame);
  if (!content) return content.error();

  ByteReader reader(*content);
  reader.bytes(kFrameHeadBytes);
  reader.set_rule("VM-03");
  const std::uint64_t size_start = reader.offset();
  const std::uint32_t payload_size = reader.u32();
  if (payload_size > kMaxModelPayload) {
    reader.fail(ErrorCode::kCorrupt,
                "payload of " + std::to_string(payload_size) + " bytes is too large", size_start,
                "VM-03");
  }
  reader.set_rule("VM-04");
  const std::uint64_t id_start = reader.offset();
  const std::uint32_t id = reader.u32();
  if (!reader.ok()) return reader.error();

  const std::uint64_t frame_start = reader.offset();
  const ByteSpan frame = reader.bytes(reader.remaining());
  if (auto small = check_payload_size(payload_size, frame.size(), limits); !small) {
    Error error = small.error();
    error.offset = size_start;
    return error;
  }
  const auto owner = decompress_shared(frame, payload_size);
  if (!owner) {
    Error error = owner.error();
    error.offset = frame_start;
    error.rule = "VM-05";
    return error;
  }
  const ByteSpan payload(owner->get(), payload_size);
  if (crc32c(payload) != id) {
    return Error{ErrorCode::kChecksum, "model id is not the payload's checksum", id_start, "VM-04"};
  }
  Result<ModelFile> model = read_model_payload(payload, *owner);
  if (!model) {
    Error error = model.error();
    error.text = "in the model's payload: " + error.text;
    return error;
  }
  if (auto few = check_sharing(*model, limits); !few) return few.error();
  model->id = id;
  return model;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<Bytes> write_model_file(ModelFile& model) try {
  const Result<Bytes> payload = write_model_payload(model);
  if (!payload) return payload.error();
  const Result<Bytes> frame = compress_chunk(*payload);
  if (!frame) return frame.error();

  const std::uint32_t id = crc32c(*payload);
  ByteWriter writer;
  writer.bytes(kModelMagic);
  writer.u8(kModelVersion);
  writer.u32(static_cast<std::uint32_t>(payload->size()));
  writer.u32(id);
  writer.bytes(*frame);
  Bytes file = writer.take();
  close_frame(file);
  model.id = id;
  return file;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace vaecomp
