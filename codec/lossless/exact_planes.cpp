// Bands of rows, coded apart, and what they share: the list of values.
#include "codec/lossless/exact_planes.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>
#include <optional>
#include <utility>

#include "codec/lossless/band_choice.h"
#include "codec/lossless/band_stream.h"
#include "codec/lossless/value_table.h"
#include "format/byte_reader.h"
#include "format/byte_writer.h"

namespace vaecomp {
namespace {

// The first byte.
constexpr std::uint8_t kHasTable = 1;

// Bands let threads share the work; what a band has learnt is lost to the next one, which costs
// most where colours repeat.
constexpr int kBandPixels = 1 << 20, kRepeatsBandPixels = 1 << 22;

template <typename Samples>
using Colours = std::vector<typename Samples::Colour>;

int max_sample_of(int depth) { return (1 << depth) - 1; }

std::vector<bool> used_values(std::span<const PlaneView> views, const PlanesShape& shape) {
  std::vector<bool> used(std::size_t{1} << shape.depth);
  for (const PlaneView& view : views)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) used[view.at(x, y)] = true;
  return used;
}

// `places`: of each value in the list, or empty.
template <typename Samples>
Colours<Samples> pack(std::span<const PlaneView> views, const PlanesShape& shape,
                      const std::vector<std::uint16_t>& places) {
  using Colour = typename Samples::Colour;
  Colours<Samples> colours(std::size_t{1} * shape.width * shape.height);
  auto* to = colours.data();
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      Colour colour = 0;
      for (int p = 0; p < shape.planes; ++p) {
        const std::uint16_t value = views[p].at(x, y);
        colour |= Colour{places.empty() ? value : places[value]} << (p * Samples::kLaneBits);
      }
      *to++ = colour;
    }
  }
  return colours;
}

// Runs body(band) for all bands, and gives the first error in the order of the bands.
Result<void> for_bands(int bands, ThreadPool& pool, const BandsDone& done,
                       const std::function<Result<void>(int)>& body) {
  std::vector<std::optional<Error>> errors(bands);
  std::mutex mutex;
  int finished = 0;
  std::atomic<bool> stop{false};
  pool.parallel_for(0, bands, [&](int band) {
    if (stop) return;
    Result<void> result = body(band);
    const std::lock_guard lock(mutex);
    ++finished;
    if (result && done) result = done(static_cast<int>(256LL * finished / bands));
    if (result) return;
    errors[band] = result.error();
    stop = true;
  });
  for (const auto& error : errors)
    if (error) return *error;
  return {};
}

template <typename Samples>
Result<Bytes> encode_colours(const Colours<Samples>& colours, const PlanesShape& shape,
                             int max_sample, ByteSpan table, ThreadPool& pool,
                             const BandsDone& done) {
  const bool repeats = share_of_repeats(shape.width, colours.data(), shape.height) >= 32;
  const int least = (repeats ? kRepeatsBandPixels : kBandPixels) / shape.width;
  const int band_rows = std::min(shape.height, std::max(1, least / kBlockSide) * kBlockSide);
  const int bands = (shape.height + band_rows - 1) / band_rows;
  std::vector<Bytes> written(bands);
  const auto encoded = for_bands(bands, pool, done, [&](int band) -> Result<void> {
    const int first = band * band_rows, rows = std::min(band_rows, shape.height - first);
    written[band] = smallest_band<Samples>({shape.width, rows, shape.planes, max_sample},
                                           colours.data() + std::size_t{1} * first * shape.width);
    return {};
  });
  if (!encoded) return encoded.error();

  ByteWriter writer;
  writer.u8(table.empty() ? 0 : kHasTable);
  if (!table.empty()) {
    writer.varint(table.size());
    writer.bytes(table);
  }
  writer.varint(band_rows - 1);
  for (int band = 0; band + 1 < bands; ++band) writer.varint(written[band].size());
  for (const Bytes& bytes : written) writer.bytes(bytes);
  return writer.take();
}

Error at(Error error, std::uint64_t offset) {
  if (error.offset != kNoOffset) error.offset += offset;
  return error;
}

}  // namespace

Result<Bytes> encode_planes(std::span<const PlaneView> views, const PlanesShape& shape,
                            ThreadPool& pool, const BandsDone& done) {
  const std::vector<bool> used = used_values(views, shape);
  const auto count = static_cast<int>(std::count(used.begin(), used.end(), true));
  std::vector<std::uint16_t> places;
  Bytes table;
  int max_sample = max_sample_of(shape.depth);
  // The list pays if it takes less than half of the bits that it saves at the least.
  const int saved =
      shape.depth - static_cast<int>(std::bit_width(static_cast<unsigned>(count - 1)));
  if (saved > 0) table = encode_value_table(used);
  const std::uint64_t samples = std::uint64_t{1} * shape.width * shape.height * shape.planes;
  if (16 * table.size() < saved * samples) {
    std::uint16_t place = 0;
    for (const bool is_used : used) {
      places.push_back(place);
      place = static_cast<std::uint16_t>(place + is_used);
    }
    max_sample = count - 1;
  } else {
    table.clear();
  }
  if (max_sample > 255) {
    return encode_colours<WideSamples>(pack<WideSamples>(views, shape, places), shape, max_sample,
                                       table, pool, done);
  }
  return encode_colours<NarrowSamples>(pack<NarrowSamples>(views, shape, places), shape, max_sample,
                                       table, pool, done);
}

Result<ExactRows> ExactRows::open(ByteSpan bytes, const PlanesShape& shape, ThreadPool& pool,
                                  const BandsDone& done) {
  ExactRows rows;
  rows.shape_ = shape;
  ByteReader reader(bytes);
  reader.set_rule("VC-46");
  const std::uint8_t kind = reader.u8();
  if (kind > kHasTable) reader.fail(ErrorCode::kCorrupt, "planes of an unknown kind", 0, "VC-46");
  int max_sample = max_sample_of(shape.depth);
  if (kind == kHasTable) {
    const ByteSpan table_bytes = reader.bytes(reader.varint());
    if (!reader.ok()) return reader.error();
    auto table = decode_value_table(table_bytes, shape.depth);
    if (!table) return at(table.error(), reader.offset() - table_bytes.size());
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
    const BandShape band_shape = {shape.width, count, shape.planes, max_sample};
    const auto read =
        rows.wide_
            ? read_band<WideSamples>(band_shape, streams[band], &rows.wide_colours_[begin])
            : read_band<NarrowSamples>(band_shape, streams[band], &rows.narrow_colours_[begin]);
    if (!read) return at(read.error(), offsets[band]);
    return {};
  });
  if (!decoded) return decoded.error();
  return rows;
}

void ExactRows::copy(int y, int plane, std::uint16_t* to, std::size_t step) const {
  const std::size_t first = std::size_t{1} * y * shape_.width;
  for (int x = 0; x < shape_.width; ++x, to += step) {
    const std::int32_t value = wide_ ? sample_of<WideSamples>(wide_colours_[first + x], plane)
                                     : sample_of<NarrowSamples>(narrow_colours_[first + x], plane);
    *to = table_.empty() ? static_cast<std::uint16_t>(value)
                         : table_[std::min<std::size_t>(value, table_.size() - 1)];
  }
}

void ExactRows::copy(int y, int plane, std::uint8_t* to, std::size_t step) const {
  const std::size_t first = std::size_t{1} * y * shape_.width;
  for (int x = 0; x < shape_.width; ++x, to += step) {
    const std::int32_t value = sample_of<NarrowSamples>(narrow_colours_[first + x], plane);
    *to = static_cast<std::uint8_t>(
        table_.empty() ? value : table_[std::min<std::size_t>(value, table_.size() - 1)]);
  }
}

}  // namespace vaecomp
