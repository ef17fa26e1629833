// A part: the id, the payload's size, and the payload (MODEL.md section 2) in a zstd frame.
#include "format/model_part.h"

#include "format/byte_reader.h"
#include "format/byte_writer.h"
#include "format/model_payload.h"
#include "format/zstd_chunk.h"

namespace vaecomp {

Result<Bytes> pack_model_part(const ModelFile& part, int level) {
  const Result<Bytes> payload = write_model_payload(part);
  if (!payload) return payload.error();
  const Result<Bytes> frame = compress_chunk(*payload, level);
  if (!frame) return frame.error();
  ByteWriter writer;
  writer.u32(part.id);
  writer.u32(static_cast<std::uint32_t>(payload->size()));
  writer.bytes(*frame);
  return writer.take();
}

Result<ModelFile> unpack_model_part(ByteSpan bytes) {
  ByteReader reader(bytes);
  const std::uint32_t id = reader.u32();
  const std::uint32_t size = reader.u32();
  const auto owner = decompress_shared(reader.bytes(reader.remaining()), size);
  if (!owner) return owner.error();
  Result<ModelFile> part = read_model_payload({owner->get(), size}, *owner);
  if (part) part->id = id;
  return part;
}

}  // namespace vaecomp
