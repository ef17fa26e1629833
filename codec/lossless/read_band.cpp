// A band's streams, read and checked.
#include <algorithm>

#include "codec/lossless/band_stream.h"
#include "codec/lossless/symbol_decoder.h"
#include "format/byte_reader.h"
#include "format/moved_error.h"

namespace vaecomp {
namespace {

// Literals' bytes do not hold YCoCg's differences; where there are neighbours only, there are no
// literals (VC-48).
bool is_mode(int byte) {
  const int transform = byte & 3, colours = byte & ~3;
  if (transform >= kColourTransforms) return false;
  if (colours == kRepeatsBit) return transform != static_cast<int>(ColourTransform::kYCoCg);
  return colours == 0 || colours == (kRepeatsBit | kNeighboursBit);
}

template <typename Samples>
Result<void> read_raw_band(const BandShape& shape, ByteSpan samples,
                           typename Samples::Colour* colours) {
  constexpr std::size_t kBytes = Samples::kLaneBits / 8;
  const std::size_t pixel_bytes = kBytes * shape.planes;
  if (samples.size() != pixel_bytes * shape.coded_pixels())
    return Error{ErrorCode::kCorrupt, "a band of plain samples has the wrong size", 1, "VC-49"};
  const std::uint8_t* next = samples.data();
  for (int y = 0; y < shape.rows; ++y) {
    for (int x = 0; x < shape.width; ++x, ++colours) {
      if (!shape.covers(x, y)) continue;
      *colours = 0;
      for (std::size_t b = 0; b < pixel_bytes; ++b)
        *colours |= typename Samples::Colour{*next++} << (8 * b);
    }
  }
  return {};
}

}  // namespace

template <typename Samples>
Result<void> read_band(const BandShape& shape, ByteSpan bytes, typename Samples::Colour* colours) {
  ByteReader reader(bytes);
  reader.set_rule("VC-49");
  const int byte = reader.u8();
  if (reader.ok() && byte == kRawMode)
    return read_raw_band<Samples>(shape, bytes.subspan(1), colours);
  if (reader.ok() && !is_mode(byte))
    return Error{ErrorCode::kCorrupt, "a band of samples has an unknown mode", 0, "VC-48"};
  std::vector<std::uint64_t> lengths;
  for (int p = 0; p + 1 < shape.planes; ++p) lengths.push_back(reader.varint());
  std::vector<SymbolDecoder> decoders;
  std::vector<std::uint64_t> offsets;
  for (int p = 0; p < shape.planes; ++p) {
    offsets.push_back(reader.offset());
    decoders.emplace_back(reader.bytes(p + 1 < shape.planes ? lengths[p] : reader.remaining()));
  }
  if (!reader.ok()) return reader.error();

  const BandMode mode = {static_cast<ColourTransform>(byte & 3), (byte & kRepeatsBit) != 0,
                         (byte & kNeighboursBit) != 0};
  BandCoder<Samples, SymbolDecoder> coder(shape, mode, decoders);
  const auto has_failed = [&] {
    return std::any_of(decoders.begin(), decoders.end(), [](auto& d) { return d.failed(); });
  };
  for (int y = 0; y < shape.rows && !has_failed(); ++y)
    coder.code_row(y, colours + std::size_t{1} * y * shape.width, {});
  for (int p = 0; p < shape.planes; ++p) {
    if (has_failed() && !decoders[p].failed()) continue;
    if (auto end = decoders[p].finish(); !end) return moved(end.error(), offsets[p]);
  }
  return {};
}

template Result<void> read_band<NarrowSamples>(const BandShape&, ByteSpan, std::uint32_t*);
template Result<void> read_band<WideSamples>(const BandShape&, ByteSpan, std::uint64_t*);

}  // namespace vaecomp
