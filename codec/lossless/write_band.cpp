// A band's streams, written.
#include <algorithm>

#include "codec/lossless/band_stream.h"
#include "codec/lossless/symbol_encoder.h"
#include "format/byte_writer.h"

namespace vaecomp {

template <typename Samples>
Bytes write_band(const BandShape& shape, const BandPlan& plan,
                 const typename Samples::Colour* colours) {
  std::vector<SymbolEncoder> encoders(shape.planes);
  {
    BandCoder<Samples, SymbolEncoder> coder(shape, plan.mode, encoders);
    const std::vector<bool> none;
    std::vector<typename Samples::Colour> row(shape.width);
    for (int y = 0; y < shape.rows; ++y) {
      std::copy_n(colours + std::size_t{1} * y * shape.width, shape.width, row.begin());
      coder.code_row(y, row.data(), plan.mode.repeats ? plan.repeats[y / kBlockSide] : none);
    }
  }
  std::vector<Bytes> streams;
  for (SymbolEncoder& encoder : encoders) streams.push_back(encoder.finish());
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(static_cast<int>(plan.mode.transform) |
                                      (plan.mode.repeats ? kRepeatsBit : 0) |
                                      (plan.mode.neighbours_only ? kNeighboursBit : 0)));
  for (std::size_t p = 0; p + 1 < streams.size(); ++p) writer.varint(streams[p].size());
  for (const Bytes& stream : streams) writer.bytes(stream);
  return writer.take();
}

template <typename Samples>
Bytes write_raw_band(const BandShape& shape, const typename Samples::Colour* colours) {
  constexpr int kBytes = Samples::kLaneBits / 8;
  Bytes bytes = {kRawMode};
  for (int y = 0; y < shape.rows; ++y)
    for (int x = 0; x < shape.width; ++x, ++colours)
      for (int b = 0; shape.covers(x, y) && b < kBytes * shape.planes; ++b)
        bytes.push_back(static_cast<std::uint8_t>(*colours >> (8 * b)));
  return bytes;
}

template Bytes write_band<NarrowSamples>(const BandShape&, const BandPlan&, const std::uint32_t*);
template Bytes write_band<WideSamples>(const BandShape&, const BandPlan&, const std::uint64_t*);
template Bytes write_raw_band<NarrowSamples>(const BandShape&, const std::uint32_t*);
template Bytes write_raw_band<WideSamples>(const BandShape&, const std::uint64_t*);

}  // namespace vaecomp
