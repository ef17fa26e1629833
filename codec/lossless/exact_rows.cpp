// Bands decoded apart.
#include "codec/lossless/exact_rows.h"

#include <algorithm>
#include <utility>

#include "codec/lossless/band_stream.h"
#include "codec/lossless/value_table.h"
#include "format/byte_reader.h"
#include "format/moved_error.h"

namespace vaecomp {

Result<ExactRows> ExactRows::open(ByteSpan bytes, const PlanesShape& shape, const BlockMask* mask,
                                  ThreadPool& pool, const BandsDone& done) {
  ExactRows rows;
  rows.shape_ = shape;
  ByteReader reader(bytes);
  reader.set_rule("VC-46");
  const std::uint8_t kind = reader.u8();
  if (kind > kHasValueTable)
    reader.fail(ErrorCode::kCorrupt, "planes of an unknown kind", 0, "VC-46");
  int max_sample = max_sample_of(shape.depth);
  if (kind == kHasValueTable) {
    const ByteSpan table_bytes = reader.bytes(reader.varint());
    if (!reader.ok()) return reader.error();
    auto table = decode_value_table(table_bytes, shape.depth);
    if (!table) return moved(table.error(), reader.offset() - table_bytes.size());
    rows.table_ = *std::move(table);
    max_sample = static_cast<int>(rows.table_.size()) - 1;
  }
  const std::uint64_t band_rows = reader.varint() + 1;
  if (reader.ok() && band_rows > static_cast<std::uint64_t>(shape.height))
    reader.fail(ErrorCode::kCorrupt, "a band is higher than the picture", reader.offset(), "VC-46");
  if (!reader.ok()) return reader.error();
  const int height = static_cast<int>(band_rows), bands = (shape.height + height - 1) / height;
  // A length takes at least a byte, so a short stream cannot make these vectors grow.
  std::vector<std::uint64_t> lengths;
  for (int band = 0; band + 1 < bands && reader.ok(); ++band) lengths.push_back(reader.varint());
  std::vector<ByteSpan> streams;
  std::vector<std::uint64_t> offsets;
  for (int band = 0; band < bands && reader.ok(); ++band) {
    offsets.push_back(reader.offset());
    streams.push_back(reader.bytes(band + 1 < bands ? lengths[band] : reader.remaining()));
  }
  if (!reader.ok()) return reader.error();

  const std::size_t pixels = std::size_t{1} * shape.width * shape.height;
  rows.wide_ = max_sample > 255;
  if (rows.wide_) {
    rows.wide_colours_.resize(pixels);
  } else {
    rows.narrow_colours_.resize(pixels);
  }
  const auto decoded = for_bands(bands, pool, done, [&](int band) -> Result<void> {
    const int first = band * height, count = std::min(height, shape.height - first);
    const std::size_t begin = std::size_t{1} * first * shape.width;
    const BandShape band_shape = {shape.width, count, shape.planes, max_sample, mask, first};
    const auto read =
        rows.wide_
            ? read_band<WideSamples>(band_shape, streams[band], &rows.wide_colours_[begin])
            : read_band<NarrowSamples>(band_shape, streams[band], &rows.narrow_colours_[begin]);
    if (!read) return moved(read.error(), offsets[band]);
    return {};
  });
  if (!decoded) return decoded.error();
  return rows;
}

void ExactRows::copy(int y, int plane, int begin, int end, std::uint16_t* to,
                     std::size_t step) const {
  const std::size_t first = std::size_t{1} * y * shape_.width;
  for (int x = begin; x < end; ++x, to += step) {
    const std::int32_t value = wide_ ? sample_of<WideSamples>(wide_colours_[first + x], plane)
                                     : sample_of<NarrowSamples>(narrow_colours_[first + x], plane);
    *to = table_.empty() ? static_cast<std::uint16_t>(value)
                         : table_[std::min<std::size_t>(value, table_.size() - 1)];
  }
}

void ExactRows::copy(int y, int plane, int begin, int end, std::uint8_t* to,
                     std::size_t step) const {
  const std::size_t first = std::size_t{1} * y * shape_.width;
  for (int x = begin; x < end; ++x, to += step) {
    const std::int32_t value = sample_of<NarrowSamples>(narrow_colours_[first + x], plane);
    *to = static_cast<std::uint8_t>(
        table_.empty() ? value : table_[std::min<std::size_t>(value, table_.size() - 1)]);
  }
}

}  // namespace vaecomp
