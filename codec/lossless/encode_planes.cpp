// Bands of rows, coded apart, and what they share: the list of values.
#include "codec/lossless/encode_planes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "codec/lossless/band_choice.h"
#include "codec/lossless/packed_planes.h"
#include "codec/lossless/price_coder.h"
#include "format/byte_writer.h"

namespace vaecomp {
namespace {

// Bands let threads share the work; what a band has learnt is lost to the next one, which costs
// most where colours repeat.
constexpr int kBandPixels = 1 << 20, kRepeatsBandPixels = 1 << 22;

// A picture's rows cut into bands.
struct Cut {
  int height, band_rows;

  explicit Cut(const PackedPlanes& planes) : height(planes.shape.height) {
    const BlockMap map = planes.with_colours([&](auto samples, const auto* colours) {
      return repeating_blocks<decltype(samples)>(planes.band(0, height), colours);
    });
    const bool repeats = share_of_repeats(map) >= 32;
    const int least = (repeats ? kRepeatsBandPixels : kBandPixels) / planes.shape.width;
    band_rows = std::min(height, std::max(1, least / kBlockSide) * kBlockSide);
  }

  int bands() const { return (height + band_rows - 1) / band_rows; }
  BandShape band(const PackedPlanes& planes, int band) const {
    const int first = band * band_rows;
    return planes.band(first, std::min(band_rows, height - first));
  }
};

// Adds what the band's blocks cost to `prices`, which has all of the picture's: bands are of whole
// blocks, so that they may do so in parallel.
template <typename Samples>
void price_band(const BandShape& shape, const typename Samples::Colour* colours,
                std::vector<std::uint32_t>& prices) {
  const BlockMap repeats = repeating_blocks<Samples>(shape, colours);
  std::uint32_t rest = 0;
  std::vector<PriceCoder> coders(shape.planes, PriceCoder(prices, rest));
  BandCoder<Samples, PriceCoder> coder(shape, {ColourTransform::kDifference, true}, coders);
  std::vector<typename Samples::Colour> row(shape.width);
  for (int y = 0; y < shape.rows; ++y) {
    std::copy_n(colours + std::size_t{1} * y * shape.width, shape.width, row.begin());
    coder.code_row(y, row.data(), repeats[y / kBlockSide]);
  }
}

}  // namespace

Result<Bytes> encode_planes(std::span<const PlaneView> views, const PlanesShape& shape,
                            const BlockMask* mask, ThreadPool& pool, const BandsDone& done) {
  const PackedPlanes planes = pack_planes(views, shape, mask);
  const Cut cut(planes);
  std::vector<Bytes> written(cut.bands());
  const auto encoded = for_bands(cut.bands(), pool, done, [&](int b) -> Result<void> {
    const BandShape band = cut.band(planes, b);
    written[b] = planes.with_colours([&](auto samples, const auto* colours) {
      return smallest_band<decltype(samples)>(
          band, colours + std::size_t{1} * band.first_row * band.width);
    });
    return {};
  });
  if (!encoded) return encoded.error();

  ByteWriter writer;
  const Bytes& table = planes.value_table;
  writer.u8(table.empty() ? 0 : kHasValueTable);
  if (!table.empty()) {
    writer.varint(table.size());
    writer.bytes(table);
  }
  writer.varint(cut.band_rows - 1);
  for (std::size_t b = 0; b + 1 < written.size(); ++b) writer.varint(written[b].size());
  for (const Bytes& bytes : written) writer.bytes(bytes);
  return writer.take();
}

std::vector<std::uint32_t> price_blocks(std::span<const PlaneView> views, const PlanesShape& shape,
                                        const BlockMask& mask, ThreadPool& pool) {
  const PackedPlanes planes = pack_planes(views, shape, &mask);
  const Cut cut(planes);
  std::vector<std::uint32_t> prices(mask.size());
  [[maybe_unused]] const Result<void> priced =
      for_bands(cut.bands(), pool, {}, [&](int b) -> Result<void> {
        const BandShape band = cut.band(planes, b);
        planes.with_colours([&](auto samples, const auto* colours) {
          price_band<decltype(samples)>(
              band, colours + std::size_t{1} * band.first_row * band.width, prices);
        });
        return {};
      });
  return prices;
}

}  // namespace vaecomp
