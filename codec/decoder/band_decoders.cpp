// Offsets in a stream become offsets in the file.
#include "codec/decoder/band_decoders.h"

#include <utility>

#include "format/moved_error.h"

namespace vaecomp {
Result<BandDecoders> BandDecoders::open(const Container& container, int bands,
                                        const CdfTables& tables) {
  const Section* section = container.find(kTagLatents);
  if (!section)
    return Error{ErrorCode::kCorrupt, "there is no latents section", kNoOffset, "VC-15"};
  if (container.header.trellis() && !tables.has_trellis())
    return Error{ErrorCode::kCorrupt,
                 "latents are trellis-coded, and the model has no tables for that", kNoOffset,
                 "VC-52"};
  Result<std::vector<BandStream>> streams = split_streams(*section, bands);
  if (!streams) return streams.error();
  BandDecoders result;
  result.streams_ = *std::move(streams);
  for (const BandStream& stream : result.streams_) {
    Result<RansDecoder> decoder = RansDecoder::open(stream.bytes, tables);
    if (!decoder) return moved(decoder.error(), stream.offset);
    result.decoders_.push_back(*std::move(decoder));
  }
  return result;
}

Result<void> BandDecoders::fault(int band) const {
  if (!decoders_[band].failed()) return {};
  return moved(decoders_[band].finish().error(), streams_[band].offset);
}

Result<void> BandDecoders::finish() const {
  for (std::size_t band = 0; band < decoders_.size(); ++band)
    if (auto end = decoders_[band].finish(); !end) return moved(end.error(), streams_[band].offset);
  return {};
}

}  // namespace vaecomp
