// SPEC.md section 3, VC-18.
#include "codec/decoder/band_streams.h"

#include <utility>

#include "format/byte_reader.h"
#include "format/byte_writer.h"
#include "format/moved_error.h"

namespace vaecomp {

Bytes join_streams(std::span<const Bytes> streams) {
  ByteWriter writer;
  for (const Bytes& stream : streams.first(streams.size() - 1)) writer.varint(stream.size());
  for (const Bytes& stream : streams) writer.bytes(stream);
  return writer.take();
}

Result<std::vector<BandStream>> split_streams(const Section& section, int bands) {
  ByteReader reader(section.payload);
  reader.set_rule("VC-18");
  // A length takes at least a byte, so a short section cannot make this vector grow.
  std::vector<std::uint64_t> lengths;
  for (int band = 0; band + 1 < bands && reader.ok(); ++band) lengths.push_back(reader.varint());
  std::vector<BandStream> streams;
  for (std::uint64_t length : lengths) {
    const std::uint64_t offset = section.offset + reader.offset();
    streams.push_back({reader.bytes(length), offset});
  }
  const std::uint64_t offset = section.offset + reader.offset();
  streams.push_back({reader.bytes(reader.remaining()), offset});
  if (reader.ok()) return streams;
  return moved(reader.error(), section.offset);
}

}  // namespace vaecomp
