// Bands of rows, coded apart, and what they share: the list of values.
#include "codec/lossless/encode_planes.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "codec/lossless/band_choice.h"
#include "codec/lossless/value_table.h"
#include "format/byte_writer.h"

namespace vaecomp {
namespace {

// Bands let threads share the work; what a band has learnt is lost to the next one, which costs
// most where colours repeat.
constexpr int kBandPixels = 1 << 20, kRepeatsBandPixels = 1 << 22;

template <typename Samples>
using Colours = std::vector<typename Samples::Colour>;

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
  writer.u8(table.empty() ? 0 : kHasValueTable);
  if (!table.empty()) {
    writer.varint(table.size());
    writer.bytes(table);
  }
  writer.varint(band_rows - 1);
  for (int band = 0; band + 1 < bands; ++band) writer.varint(written[band].size());
  for (const Bytes& bytes : written) writer.bytes(bytes);
  return writer.take();
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

}  // namespace vaecomp
